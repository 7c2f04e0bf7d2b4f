"""What a lab makes in a real account is tagged as it is made, or not made at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.errors import DojoError

TAG = "lambda-dojo"
TAG_VALUE = "lab"
MARK = "lambda-dojo lab"
"""Layers have no tags: their description says it."""

# (service, operation) → (parameter, whether it is a list of Key and Value; else a map).
TAGGED = {
    ("lambda", "CreateFunction"): ("Tags", False),
    ("lambda", "CreateEventSourceMapping"): ("Tags", False),
    ("iam", "CreateRole"): ("Tags", True),
    ("iam", "CreatePolicy"): ("Tags", True),
    ("sqs", "CreateQueue"): ("tags", False),
    ("sns", "CreateTopic"): ("Tags", True),
    ("dynamodb", "CreateTable"): ("Tags", True),
    ("kinesis", "CreateStream"): ("Tags", False),
    ("cloudwatch-logs", "CreateLogGroup"): ("tags", False),
    ("cloudwatch", "PutMetricAlarm"): ("Tags", True),
}
# They end with what they belong to, which is tagged; or are seen to elsewhere.
_PARTS = {
    ("lambda", "CreateAlias"),
    ("lambda", "CreateFunctionUrlConfig"),
    ("iam", "CreatePolicyVersion"),
    ("cloudwatch-logs", "CreateLogStream"),
    ("cloudwatch-logs", "StartQuery"),
    ("s3", "CreateBucket"),  # tagged as soon as it is there: aws_session
    ("s3", "CreateMultipartUpload"),
    ("sqs", "StartMessageMoveTask"),
}
_SERVICES = {service for service, _ in TAGGED} | {"s3", "sts", "resource-groups-tagging-api"}
_MAKING = ("Create", "Run", "Start", "Request", "Purchase", "Allocate", "Import", "Restore")
_MAKING_TOO = {("cloudwatch", "PutDashboard"), ("cloudwatch", "PutMetricStream")}
_READING = ("Get", "List", "Describe", "Head")


def guard_and_tag(params: dict[str, Any], model: Any, **_: Any) -> None:
    """A handler of botocore's ``before-parameter-build``: changes ``params`` in place.

    Raises:
        DojoError: the operation would make something that cannot be tagged.
    """
    service = str(model.service_model.service_id.hyphenize())
    call = (service, str(model.name))
    if call in TAGGED:
        name, is_list = TAGGED[call]
        params[name] = _with_tag(params.get(name), is_list)
    elif call == ("lambda", "PublishLayerVersion"):
        params["Description"] = MARK
    elif call not in _PARTS and _makes(call):
        raise DojoError(
            f"{model.name} was not sent: this session makes only what it can tag.",
            why="In a real account, what a lab made must be found again and removed.",
            now="Use the embedded cloud for this, or your own client if you mean it.",
        )


def _makes(call: tuple[str, str]) -> bool:
    service, operation = call
    if service not in _SERVICES:
        return not operation.startswith(_READING)
    return operation.startswith(_MAKING) or call in _MAKING_TOO


def _with_tag(given: Any, is_list: bool) -> Any:
    if not is_list:
        return {**(given or {}), TAG: TAG_VALUE}
    others = [tag for tag in given or [] if _key(tag) != TAG]
    return [*others, {"Key": TAG, "Value": TAG_VALUE}]


def _key(tag: Mapping[str, Any]) -> Any:
    return tag.get("Key")
