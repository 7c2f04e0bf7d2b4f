"""Add a trigger as AWS's console does: with the permission that the service needs.

boto3 alone does not add it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from lab_helpers.errors import DojoError
from lab_helpers.notebook.console.calls import error_code
from lab_helpers.notebook.console.desk import Desk, whole_number


def add(desk: Desk, asked: Mapping[str, Any]) -> str:
    """Args: asked: ``source`` and the fields of that source in the form."""
    _ADD[str(asked["source"])](desk, asked)
    return desk.say("trigger_added")


def _s3(desk: Desk, asked: Mapping[str, Any]) -> None:
    bucket = _wanted(asked, "bucket", "the bucket's name").removeprefix("arn:aws:s3:::")
    arn = f"arn:aws:s3:::{bucket}"
    _permit(desk, "s3.amazonaws.com", arn, {"SourceAccount": desk.account_id})
    # A bucket has one configuration; putting it replaces all of it, so what is there goes along.
    kept = desk.calls.do("s3", "get_bucket_notification_configuration", {"Bucket": bucket})
    kept = {name: value for name, value in kept.items() if name != "ResponseMetadata"}
    rule: dict[str, Any] = {"LambdaFunctionArn": desk.arn, "Events": [str(asked["events"])]}
    given = {name: str(asked.get(name, "")) for name in ("prefix", "suffix")}
    filters = [{"Name": name, "Value": value} for name, value in given.items() if value]
    if filters:
        rule["Filter"] = {"Key": {"FilterRules": filters}}
    rules = [*kept.pop("LambdaFunctionConfigurations", []), rule]
    desk.calls.do(
        "s3",
        "put_bucket_notification_configuration",
        {
            "Bucket": bucket,
            "NotificationConfiguration": {**kept, "LambdaFunctionConfigurations": rules},
        },
    )


def _sns(desk: Desk, asked: Mapping[str, Any]) -> None:
    topic = _wanted(asked, "arn", "the topic's ARN")
    _permit(desk, "sns.amazonaws.com", topic)
    desk.calls.do(
        "sns", "subscribe", {"TopicArn": topic, "Protocol": "lambda", "Endpoint": desk.arn}
    )


def _schedule(desk: Desk, asked: Mapping[str, Any]) -> None:
    _rule(desk, asked, {"ScheduleExpression": str(asked["schedule"])})


def _pattern(desk: Desk, asked: Mapping[str, Any]) -> None:
    _rule(desk, asked, {"EventPattern": _wanted(asked, "pattern", "the event pattern")})


def _rule(desk: Desk, asked: Mapping[str, Any], what: Mapping[str, str]) -> None:
    name = _wanted(asked, "rule", "a name for the rule")
    made = desk.calls.do("events", "put_rule", {"Name": name, **what})
    _permit(desk, "events.amazonaws.com", str(made["RuleArn"]))
    targets = [{"Id": desk.function[:64], "Arn": desk.arn}]
    desk.calls.do("events", "put_targets", {"Rule": name, "Targets": targets})


def _mapping(desk: Desk, asked: Mapping[str, Any]) -> None:
    """Lambda polls with the execution role: no statement in the function's policy is needed."""
    source = str(asked["source"])
    parameters: dict[str, Any] = {
        "EventSourceArn": _wanted(asked, "arn", "the source's ARN"),
        "FunctionName": desk.function,
        "BatchSize": whole_number(asked["batch_size"]),
    }
    if source != "sqs":
        parameters["StartingPosition"] = str(asked["start"])
    desk.calls.do("lambda", "create_event_source_mapping", parameters)


_ADD: dict[str, Callable[[Desk, Mapping[str, Any]], None]] = {
    "s3": _s3,
    "sns": _sns,
    "schedule": _schedule,
    "pattern": _pattern,
    "sqs": _mapping,
    "dynamodb": _mapping,
    "kinesis": _mapping,
}


def _permit(
    desk: Desk, service: str, source_arn: str, more: Mapping[str, str] | None = None
) -> None:
    """Let ``service`` invoke the function for ``source_arn``; the same statement may be there."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", source_arn.rsplit(":", 1)[-1])
    try:
        desk.calls.do(
            "lambda",
            "add_permission",
            {
                "FunctionName": desk.function,
                "StatementId": f"{service.split('.')[0]}-{name}"[:100],
                "Action": "lambda:InvokeFunction",
                "Principal": service,
                "SourceArn": source_arn,
                **(more or {}),
            },
        )
    except ClientError as error:
        if error_code(error) != "ResourceConflictException":
            raise


def _wanted(asked: Mapping[str, Any], key: str, what: str) -> str:
    value = str(asked.get(key, "")).strip()
    if not value:
        raise DojoError(f"Nothing was added: {what} is missing.", now=f"Fill in {what}.")
    return value
