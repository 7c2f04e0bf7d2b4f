"""As whom a stack's resources are made: the caller, or the service role that the caller names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudformation import parsing, responses
from moto.cloudformation.exceptions import ValidationError

from lab_helpers.arns import partition_of
from lab_helpers.emulator.moto_bridge.stacks.api_calls import service_role
from lab_helpers.emulator.moto_bridge.stacks.resource import api_for

# What moto makes without a call of an API: type → (action, property with its name, ARN).
_MADE_BY_MOTO = {
    "AWS::S3::Bucket": ("s3:CreateBucket", "BucketName", "s3:::{name}"),
    "AWS::SQS::Queue": ("sqs:CreateQueue", "QueueName", "sqs:{region}:{account}:{name}"),
    "AWS::SNS::Topic": ("sns:CreateTopic", "TopicName", "sns:{region}:{account}:{name}"),
    "AWS::DynamoDB::Table": (
        "dynamodb:CreateTable",
        "TableName",
        "dynamodb:{region}:{account}:table/{name}",
    ),
    "AWS::Kinesis::Stream": (
        "kinesis:CreateStream",
        "Name",
        "kinesis:{region}:{account}:stream/{name}",
    ),
    "AWS::Logs::LogGroup": (
        "logs:CreateLogGroup",
        "LogGroupName",
        "logs:{region}:{account}:log-group:{name}",
    ),
    "AWS::Events::Rule": ("events:PutRule", "Name", "events:{region}:{account}:rule/{name}"),
    "AWS::CloudWatch::Alarm": (
        "cloudwatch:PutMetricAlarm",
        "AlarmName",
        "cloudwatch:{region}:{account}:alarm:{name}",
    ),
    "AWS::IAM::User": ("iam:CreateUser", "UserName", "iam::{account}:user/{name}"),
    "AWS::IAM::ManagedPolicy": (
        "iam:CreatePolicy",
        "ManagedPolicyName",
        "iam::{account}:policy/{name}",
    ),
}

_make = parsing.parse_and_create_resource
_RESPONSES = ("create_stack", "update_stack", "delete_stack", "execute_change_set")


def make_if_allowed(
    logical_id: str,
    resource_json: dict[str, Any],
    resources_map: Any,
    account_id: str,
    region_name: str,
) -> Any:
    """moto's, if whoever makes the stack may."""
    known = _MADE_BY_MOTO.get(str(resource_json.get("Type")))
    condition = resource_json.get("Condition")
    if known is not None and (not condition or resources_map.lazy_condition_map[condition]):
        action, property_name, pattern = known
        name = (resource_json.get("Properties") or {}).get(property_name)
        if not isinstance(name, str):  # none given, or not known before it is made
            name = f"{resources_map.get('AWS::StackName')}-{logical_id}-*"
            name = name.lower() if action == "s3:CreateBucket" else name
        resource = pattern.format(name=name, region=region_name, account=account_id)
        api_for(region_name).permit(action, f"arn:{partition_of(region_name)}:{resource}")
    return _make(logical_id, resource_json, resources_map, account_id, region_name)


def _as_whom(operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """``operation`` of a response, in the name of the role that the request or the stack has."""

    def carry_out(response: Any) -> Any:
        given = response._get_param("RoleARN")
        role = given or _role_of(response)
        if given and not api_for(response.region).may_act_as(given):
            raise ValidationError(message=f"Role {given} is invalid or cannot be assumed")
        token = service_role.set(role)
        try:
            answer = operation(response)
        finally:
            service_role.reset(token)
        stack = _stack_of(response)
        if role and stack is not None:
            stack.role_arn = role  # moto forgets it at an update that does not name it again
        return answer

    return carry_out


def _role_of(response: Any) -> str:
    """The role that a stack has been made with, which counts from then on."""
    return str(getattr(_stack_of(response), "role_arn", None) or "")


def _stack_of(response: Any) -> Any:
    name = response._get_param("StackName")
    stacks = response.cloudformation_backend.stacks.values()
    return next((one for one in stacks if name in (one.name, one.stack_id)), None)


def install() -> None:
    for name in _RESPONSES:
        original = getattr(responses.CloudFormationResponse, name)
        setattr(responses.CloudFormationResponse, name, _as_whom(original))
