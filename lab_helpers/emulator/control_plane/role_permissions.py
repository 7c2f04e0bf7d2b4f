"""What Lambda checks of an execution role before it takes a setting that needs the role.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from lab_helpers.emulator.control_plane.errors import invalid_parameter
from lab_helpers.emulator.control_plane.state import LambdaState

_QUEUE_ACTIONS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
_STREAM_ACTIONS = {
    "kinesis": ("GetRecords", "GetShardIterator", "DescribeStream", "ListShards"),
    "dynamodb": ("GetRecords", "GetShardIterator", "DescribeStream"),
}
_STREAM_ACTIONS_TOLD = {
    "kinesis": "GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams",
    "dynamodb": "GetRecords, GetShardIterator, DescribeStream, and ListStreams",
}


def check_may_read_queue(state: LambdaState, role_arn: str, queue_arn: str) -> None:
    """400 where the role does not let Lambda poll the queue."""
    for action in _QUEUE_ACTIONS:
        if not state.role_may(role_arn, f"sqs:{action}", queue_arn):
            raise invalid_parameter(
                f"The function execution role does not have permissions to call {action} on SQS"
            )


def check_may_read_stream(state: LambdaState, role_arn: str, stream_arn: str) -> None:
    """400 where the role does not let Lambda read the stream."""
    service = stream_arn.split(":")[2]
    allowed = all(
        state.role_may(role_arn, f"{service}:{action}", stream_arn)
        for action in _STREAM_ACTIONS[service]
    )
    if not allowed:
        raise invalid_parameter(
            f"Cannot access stream {stream_arn}. Please ensure the role can perform the "
            f"{_STREAM_ACTIONS_TOLD[service]} Actions on your stream in IAM."
        )


def check_may_send_dead_letters(state: LambdaState, role_arn: str, target_arn: str) -> None:
    """400 where the role does not let Lambda write to the dead-letter queue or topic."""
    service, action = ("sqs", "SendMessage") if ":sqs:" in target_arn else ("sns", "Publish")
    if not state.role_may(role_arn, f"{service}:{action}", target_arn):
        raise invalid_parameter(
            "The provided execution role does not have permissions to call "
            f"{action} on {service.upper()}"
        )


ASYNC_RECORDS = "aws/lambda/async/{function}/"
"""Where in a bucket records of asynchronous invocations lie."""

_SEND_ACTIONS = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
}


def needed_to_send(target_arn: str, prefix: str) -> tuple[tuple[str, str], ...]:
    """(action, resource) pairs that let a role send records to a destination.

    Args:
        prefix: in a bucket, how the keys of these records begin.

    Returns:
        Nothing where the ARN is no destination's.
    """
    service = target_arn.split(":")[2]
    if service == "s3":
        return (("s3:PutObject", f"{target_arn}/{prefix}"), ("s3:ListBucket", target_arn))
    action = _SEND_ACTIONS.get(service)
    return ((action, target_arn),) if action else ()


def check_may_send_records(
    state: LambdaState, role_arn: str, target_arn: str, function_name: str
) -> None:
    """400 where the role does not let Lambda write to a destination."""
    prefix = ASYNC_RECORDS.format(function=function_name)
    for action, resource in needed_to_send(target_arn, prefix):
        if not state.role_may(role_arn, action, resource):
            raise invalid_parameter(
                "The function's execution role does not have permissions to call "
                f"{action.split(':')[1]} on {target_arn}"
            )
