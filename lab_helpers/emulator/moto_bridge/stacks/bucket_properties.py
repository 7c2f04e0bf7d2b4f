"""What moto leaves out of AWS::S3::Bucket: notifications and versioning.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeBucket

from lab_helpers.emulator.moto_bridge.stacks.resource import api_for, given

_KINDS = (
    # (in a template, its target there, in the API, its target there)
    ("LambdaConfigurations", "Function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ("QueueConfigurations", "Queue", "QueueConfigurations", "QueueArn"),
    ("TopicConfigurations", "Topic", "TopicConfigurations", "TopicArn"),
)

_create = FakeBucket.create_from_cloudformation_json
_update = FakeBucket.update_from_cloudformation_json


def notification_configuration(listed: dict[str, Any]) -> dict[str, Any]:
    """A template's NotificationConfiguration as PutBucketNotificationConfiguration takes it."""
    asked: dict[str, Any] = {}
    for name, target, api_name, api_target in _KINDS:
        if name in listed:
            asked[api_name] = [_configuration(one, target, api_target) for one in listed[name]]
    bridge = listed.get("EventBridgeConfiguration")
    if bridge is not None and str(bridge.get("EventBridgeEnabled", True)).lower() == "true":
        asked["EventBridgeConfiguration"] = {}
    return asked


def _configuration(one: dict[str, Any], target: str, api_target: str) -> dict[str, Any]:
    asked: dict[str, Any] = {api_target: one[target], "Events": [one["Event"]]}
    rules = ((one.get("Filter") or {}).get("S3Key") or {}).get("Rules")
    if rules:
        asked["Filter"] = {"Key": {"FilterRules": rules}}
    return asked


def _apply(bucket: Any, region: str, properties: dict[str, Any], anew: bool) -> None:
    api, name = api_for(region), bucket.name
    if status := (properties.get("VersioningConfiguration") or {}).get("Status"):
        api.call(
            "s3", "PutBucketVersioning", Bucket=name, VersioningConfiguration={"Status": status}
        )
    listed = properties.get("NotificationConfiguration")
    if listed or anew:
        asked = notification_configuration(listed or {})
        api.call(
            "s3",
            "PutBucketNotificationConfiguration",
            Bucket=name,
            NotificationConfiguration=asked,
        )


def _created(
    cls: type[Any],
    /,
    resource_name: str,
    cloudformation_json: Any,
    account_id: str,
    region_name: str,
    **kwargs: Any,
) -> Any:
    bucket = _create.__func__(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    )
    try:
        _apply(bucket, region_name, given(cloudformation_json), anew=False)
    except Exception:
        api_for(region_name).call("s3", "DeleteBucket", Bucket=bucket.name)
        raise
    return bucket


def _updated(cls: type[Any], /, **named: Any) -> Any:
    bucket = _update.__func__(cls, **named)
    _apply(bucket, named["region_name"], given(named["cloudformation_json"]), anew=True)
    return bucket


def install() -> None:
    FakeBucket.create_from_cloudformation_json = classmethod(_created)
    FakeBucket.update_from_cloudformation_json = classmethod(_updated)
