"""Loops end by themselves: the tracing header counts them, through boto3 and other services."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually
from tests.emulator.cloud.async_targets import (
    Queue,
    function_arn,
    journal,
    metric_sum,
    new_topic,
    permit,
    send,
)

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"
TO_TOPIC = """
import boto3, os
sns = boto3.client('sns')
def handler(event, context):
    sns.publish(TopicArn=os.environ['TARGET'], Message='again')
"""
TO_BUCKET = """
import boto3
s3 = boto3.client('s3')
def handler(event, context):
    place = event['Records'][0]['s3']
    s3.put_object(Bucket=place['bucket']['name'], Key=context.aws_request_id, Body=b'again')
"""
TO_ITSELF = """
import boto3
client = boto3.client('lambda')
def handler(event, context):
    client.invoke(FunctionName=context.function_name, InvocationType='Event', Payload=b'{}')
"""


def stopped(cloud: CloudProcess, function: str) -> dict[str, Any]:
    """The entry of the loop's end, waited for."""

    def look() -> list[dict[str, Any]]:
        entries = journal(cloud, "invocation.recursion_stopped")
        arn = function_arn(cloud, function)
        return [entry for entry in entries if entry["data"]["function_arn"] == arn]

    found: list[dict[str, Any]] = eventually(look)
    return found[0]


def invocations(cloud: CloudProcess, function: str) -> float:
    return metric_sum(cloud, "Invocations", FunctionName=function)


@pytest.mark.fidelity(
    "A loop over SNS is stopped, counted, and its event sent to the dead-letter queue.", page=PAGE
)
def test_a_loop_over_a_topic_ends_in_the_dead_letter_queue(hurried_cloud: CloudProcess) -> None:
    queue = Queue(hurried_cloud)
    function = hurried_cloud.create_function(
        TO_TOPIC, DeadLetterConfig={"TargetArn": queue.arn}, Timeout=30
    )
    topic = new_topic(hurried_cloud, function_arn(hurried_cloud, function), "lambda")
    permit(hurried_cloud, function, "sns.amazonaws.com", topic)
    hurried_cloud.change_function(function, Environment={"Variables": {"TARGET": topic}})
    send(hurried_cloud, function, {})
    message = queue.message()
    assert json.loads(message["Body"])["Records"][0]["Sns"]["Message"] == "again"
    eventually(lambda: invocations(hurried_cloud, function) == 16)  # the last one may still run
    assert metric_sum(hurried_cloud, "RecursiveInvocationsDropped", FunctionName=function) == 1


@pytest.mark.fidelity("A loop over S3 is stopped.", page=PAGE)
def test_a_loop_over_a_bucket_ends(hurried_cloud: CloudProcess) -> None:
    function = hurried_cloud.create_function(TO_BUCKET, Timeout=30)
    s3, bucket = hurried_cloud.client("s3"), f"loop-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket)
    permit(hurried_cloud, function, "s3.amazonaws.com", f"arn:aws:s3:::{bucket}")
    rule = {
        "LambdaFunctionArn": function_arn(hurried_cloud, function),
        "Events": ["s3:ObjectCreated:*"],
    }
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )
    s3.put_object(Bucket=bucket, Key="first", Body=b"x")
    stopped(hurried_cloud, function)
    eventually(lambda: invocations(hurried_cloud, function) == 16)  # the last one may still run
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 17


@pytest.mark.fidelity("A function that invokes itself is stopped; another chain is not.", page=PAGE)
def test_a_function_that_invokes_itself_is_stopped(hurried_cloud: CloudProcess) -> None:
    function = hurried_cloud.create_function(TO_ITSELF, Timeout=30)
    send(hurried_cloud, function, {})
    stopped(hurried_cloud, function)
    eventually(lambda: invocations(hurried_cloud, function) == 16)  # the last one may still run
    send(hurried_cloud, function, {})
    eventually(lambda: invocations(hurried_cloud, function) == 32)


@pytest.mark.fidelity(
    "RecursiveLoop Allow lets a loop run on, without a metric.",
    page=PAGE,
)
def test_an_allowed_loop_runs_on(hurried_cloud: CloudProcess) -> None:
    function = hurried_cloud.create_function(TO_ITSELF, Timeout=30)
    client = hurried_cloud.client("lambda")
    client.put_function_recursion_config(FunctionName=function, RecursiveLoop="Allow")
    send(hurried_cloud, function, {})
    eventually(lambda: invocations(hurried_cloud, function) > 20)
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    assert metric_sum(hurried_cloud, "RecursiveInvocationsDropped", FunctionName=function) == 0


def test_calls_of_a_function_name_the_invocation_behind_them(hurried_cloud: CloudProcess) -> None:
    function = hurried_cloud.create_function(
        "import boto3\nsqs = boto3.client('sqs')\ndef handler(event, context): sqs.list_queues()",
        Timeout=30,
    )
    answer = hurried_cloud.client("lambda").invoke(FunctionName=function)
    assert "FunctionError" not in answer
    request_id = answer["ResponseMetadata"]["RequestId"]
    (call,) = (
        entry
        for entry in journal(hurried_cloud, "api.call", request_id)
        if entry["cause_id"] == request_id
    )
    assert call["data"]["operation"] == "ListQueues"


@pytest.mark.fidelity(
    "A synchronous invocation in a loop is refused with RecursiveInvocationException.", page=PAGE
)
def test_a_refused_loop_answers_the_caller(hurried_cloud: CloudProcess) -> None:
    function = hurried_cloud.create_function("def handler(event, context): pass")
    client = hurried_cloud.client("lambda")
    header = client.invoke(FunctionName=function)["ResponseMetadata"]["HTTPHeaders"][
        "x-amzn-trace-id"
    ]
    looped = header.rpartition(":")[0] + ":15"

    def add_header(request: Any, **_ignored: Any) -> None:
        request.headers["X-Amzn-Trace-Id"] = looped

    client.meta.events.register("before-sign.lambda.Invoke", add_header)
    with pytest.raises(ClientError) as error:
        client.invoke(FunctionName=function)
    assert error.value.response["Error"]["Code"] == "RecursiveInvocationException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
