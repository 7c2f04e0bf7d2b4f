"""Asynchronous invocations to their end, on a real cloud: dead letters and destinations."""

from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually
from tests.emulator.cloud.async_targets import (
    FAILING,
    Queue,
    function_arn,
    journal,
    journal_has,
    new_topic,
    send,
)

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"


def configure(cloud: CloudProcess, function: str, **config: object) -> None:
    cloud.client("lambda").put_function_event_invoke_config(FunctionName=function, **config)


def test_a_failing_event_ends_in_the_dead_letter_queue_after_three_attempts(
    hurried_cloud: CloudProcess,
) -> None:
    queue = Queue(hurried_cloud)
    function = hurried_cloud.create_function(FAILING, DeadLetterConfig={"TargetArn": queue.arn})
    request_id = send(hurried_cloud, function, {"id": 7, "名": "花"})
    message = queue.message()
    assert json.loads(message["Body"]) == {"id": 7, "名": "花"}
    attributes = message["MessageAttributes"]
    assert attributes["RequestID"] == {"DataType": "String", "StringValue": request_id}
    assert attributes["ErrorCode"] == {"DataType": "Number", "StringValue": "200"}
    assert attributes["ErrorMessage"]["StringValue"] == "no such order: 7"
    attempts = journal(hurried_cloud, "async.attempt", request_id)
    assert [entry["data"]["attempt"] for entry in attempts] == [1, 2, 3]
    waits = journal(hurried_cloud, "async.retry", request_id)
    assert [entry["data"]["wait_s"] for entry in waits] == [60, 120]


@pytest.mark.fidelity(
    "Versions use the dead-letter queue of the unpublished function.", page=f"{PAGE}#invocation-dlq"
)
def test_a_version_uses_the_functions_dead_letter_queue(hurried_cloud: CloudProcess) -> None:
    queue = Queue(hurried_cloud)
    function = hurried_cloud.create_function(FAILING)
    client = hurried_cloud.client("lambda")
    version = client.publish_version(FunctionName=function)["Version"]
    hurried_cloud.change_function(function, DeadLetterConfig={"TargetArn": queue.arn})
    configure(hurried_cloud, f"{function}:{version}", MaximumRetryAttempts=0)
    send(hurried_cloud, f"{function}:{version}", {"id": 1})
    assert json.loads(queue.message()["Body"]) == {"id": 1}


def test_a_dead_letter_topic_passes_event_and_attributes_on(hurried_cloud: CloudProcess) -> None:
    queue = Queue(hurried_cloud)
    topic = new_topic(hurried_cloud, queue.arn, "sqs")
    queue.let_in("sns.amazonaws.com", topic)
    function = hurried_cloud.create_function(FAILING, DeadLetterConfig={"TargetArn": topic})
    configure(hurried_cloud, function, MaximumRetryAttempts=0)
    request_id = send(hurried_cloud, function, {"id": 2})
    notification = json.loads(queue.message()["Body"])
    assert json.loads(notification["Message"]) == {"id": 2}
    assert notification["MessageAttributes"]["RequestID"]["Value"] == request_id
    assert notification["MessageAttributes"]["ErrorCode"] == {"Type": "Number", "Value": "200"}


def test_dead_letter_queue_and_destination_both_get_theirs(hurried_cloud: CloudProcess) -> None:
    letters, records = Queue(hurried_cloud), Queue(hurried_cloud)
    function = hurried_cloud.create_function(FAILING, DeadLetterConfig={"TargetArn": letters.arn})
    configure(
        hurried_cloud,
        function,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": records.arn}},
    )
    request_id = send(hurried_cloud, function, {"id": 3})
    assert json.loads(letters.message()["Body"]) == {"id": 3}
    record = json.loads(records.message()["Body"])
    assert record["requestContext"] == {
        "requestId": request_id,
        "functionArn": function_arn(hurried_cloud, function) + ":$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 2,
    }
    assert record["responsePayload"]["errorType"] == "ValueError"
    assert record["responsePayload"]["requestId"] == request_id


def test_a_success_of_an_alias_goes_to_a_function(hurried_cloud: CloudProcess) -> None:
    client = hurried_cloud.client("lambda")
    reader = hurried_cloud.create_function(
        "import json\ndef handler(event, context): print('RECORD ' + json.dumps(event))"
    )
    function = hurried_cloud.create_function("def handler(event, context): return {'sum': 3}")
    client.publish_version(FunctionName=function)
    client.create_alias(FunctionName=function, Name="prod", FunctionVersion="1")
    configure(
        hurried_cloud,
        f"{function}:prod",
        DestinationConfig={"OnSuccess": {"Destination": function_arn(hurried_cloud, reader)}},
    )
    request_id = send(hurried_cloud, f"{function}:prod", {})
    entry = journal_has(hurried_cloud, "async.destination", request_id)
    journal_has(hurried_cloud, "async.succeeded", entry["data"]["invoked_request_id"])
    (line,) = [one for one in hurried_cloud.log_lines(reader) if one.startswith("RECORD ")]
    record = json.loads(line[7:])
    assert record["requestContext"]["functionArn"].endswith(f"{function}:prod")
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "1"}
    assert record["responsePayload"] == {"sum": 3}


def test_an_event_bus_passes_the_record_on_to_a_rule(hurried_cloud: CloudProcess) -> None:
    queue = Queue(hurried_cloud)
    queue.let_in("events.amazonaws.com")
    events = hurried_cloud.client("events")
    bus = f"bus-{uuid.uuid4().hex[:12]}"
    bus_arn = events.create_event_bus(Name=bus)["EventBusArn"]
    pattern = {"source": ["lambda"], "detail": {"requestContext": {"condition": ["Success"]}}}
    events.put_rule(Name="all", EventBusName=bus, EventPattern=json.dumps(pattern))
    events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "q", "Arn": queue.arn}])
    function = hurried_cloud.create_function("def handler(event, context): return 'done'")
    configure(hurried_cloud, function, DestinationConfig={"OnSuccess": {"Destination": bus_arn}})
    send(hurried_cloud, function, {"a": 1})
    event = json.loads(queue.message()["Body"])
    assert event["source"] == "lambda"
    assert event["detail-type"] == "Lambda Function Invocation Result - Success"
    assert event["resources"] == [bus_arn, function_arn(hurried_cloud, function) + ":$LATEST"]
    assert event["detail"]["responsePayload"] == "done"


def test_a_bucket_keeps_failures(hurried_cloud: CloudProcess) -> None:
    s3, bucket = hurried_cloud.client("s3"), f"records-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket)
    function = hurried_cloud.create_function(FAILING)
    configure(
        hurried_cloud,
        function,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{bucket}"}},
    )
    send(hurried_cloud, function, {"id": 4})
    (item,) = eventually(lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"))
    assert item["Key"].startswith(f"aws/lambda/async/{function}/")
    record = json.load(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"])
    assert record["requestPayload"] == {"id": 4}


def test_zero_reserved_concurrency_sends_straight_to_the_failure_target(
    hurried_cloud: CloudProcess,
) -> None:
    queue = Queue(hurried_cloud)
    function = hurried_cloud.create_function(FAILING)
    hurried_cloud.client("lambda").put_function_concurrency(
        FunctionName=function, ReservedConcurrentExecutions=0
    )
    configure(hurried_cloud, function, DestinationConfig={"OnFailure": {"Destination": queue.arn}})
    request_id = send(hurried_cloud, function, {"id": 5})
    record = json.loads(queue.message()["Body"])
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in record
    assert journal(hurried_cloud, "invocation.started", request_id) == []


def test_a_dead_letter_queue_that_is_gone_loses_the_event(hurried_cloud: CloudProcess) -> None:
    queue = Queue(hurried_cloud)
    function = hurried_cloud.create_function(FAILING, DeadLetterConfig={"TargetArn": queue.arn})
    configure(hurried_cloud, function, MaximumRetryAttempts=0)
    queue.delete()
    request_id = send(hurried_cloud, function, {})
    entry = journal_has(hurried_cloud, "async.delivery_failed", request_id)
    assert "NonExistentQueue" in entry["data"]["reason"]


@pytest.mark.fidelity(
    "A throttled synchronous invocation gets 429 with AWS's reason.",
    page="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
)
def test_a_throttled_invocation_is_told_why(hurried_cloud: CloudProcess) -> None:
    function = hurried_cloud.create_function("def handler(event, context): pass")
    client = hurried_cloud.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as error:
        client.invoke(FunctionName=function)
    response = error.value.response
    assert response["Error"]["Code"] == "TooManyRequestsException"
    assert response["Error"]["Message"] == "Rate Exceeded."
    assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"  # type: ignore[typeddict-item]
    assert response["Type"] == "User"  # type: ignore[typeddict-item]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert int(response["ResponseMetadata"]["HTTPHeaders"]["retry-after"]) >= 1


@pytest.mark.fidelity(
    "An asynchronous event may have up to 1 MB.",
    page="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
)
def test_an_event_of_more_than_a_megabyte_is_refused(hurried_cloud: CloudProcess) -> None:
    function = hurried_cloud.create_function("def handler(event, context): pass")
    send(hurried_cloud, function, "x" * (1_048_576 - 2))
    with pytest.raises(ClientError) as error:
        send(hurried_cloud, function, "x" * 1_048_576)
    assert error.value.response["Error"] == {
        "Code": "RequestEntityTooLargeException",
        "Message": "1048578 byte payload is too large for the Event invocation type "
        "(limit 1048576 bytes)",
    }


def test_the_whole_tree_from_an_upload_to_the_dead_letter_can_be_walked(
    hurried_cloud: CloudProcess,
) -> None:
    queue = Queue(hurried_cloud)
    function = hurried_cloud.create_function(
        "def handler(event, context): raise KeyError('x')",
        DeadLetterConfig={"TargetArn": queue.arn},
    )
    s3, bucket = hurried_cloud.client("s3"), f"tree-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket)
    hurried_cloud.client("lambda").add_permission(
        FunctionName=function,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
    )
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "LambdaFunctionArn": function_arn(hurried_cloud, function),
                    "Events": ["s3:ObjectCreated:*"],
                }
            ]
        },
    )
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ResponseMetadata"]["RequestId"]
    queue.message()
    (enqueued,) = journal(hurried_cloud, "async.enqueued", put)
    assert enqueued["cause_id"] == put
    letter = journal_has(hurried_cloud, "async.dead_letter", enqueued["request_id"])
    assert letter["data"]["target"] == queue.arn
    kinds = [
        entry["kind"]
        for entry in journal(hurried_cloud, request_id=enqueued["request_id"])
        if entry["kind"].startswith(("async.", "invocation."))
    ]
    attempt = ["async.attempt", "invocation.started", "invocation.finished"]
    assert kinds == [
        "async.enqueued",
        *([*attempt, "async.retry"] * 2),
        *attempt,
        "async.dropped",
        "async.dead_letter",
    ]
