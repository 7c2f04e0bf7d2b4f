"""Asynchronous invocations: retries, dead letters, destinations and their records."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.cloud_process import eventually
from tests.parity.clouds import ParityCloud, new_name
from tests.parity.pages import parity

RECORDS = "invocation-async-retain-records"
FAILING = "def handler(e, c):\n    raise ValueError('on purpose')\n"


def invoke_async(cloud: ParityCloud, name: str, event: Any) -> str:
    """The request's id."""
    answer = cloud.invoke(name, event, InvocationType="Event")
    return str(answer["ResponseMetadata"]["RequestId"])


def with_destination(cloud: ParityCloud, name: str, **settings: Any) -> str:
    """URL of a queue that gets both kinds of records; nothing is tried again."""
    url, arn = cloud.queue()
    both = {"OnSuccess": {"Destination": arn}, "OnFailure": {"Destination": arn}}
    settings.setdefault("MaximumRetryAttempts", 0)
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig=both, **settings
    )
    return url


@parity(
    "A failed event is tried twice again, with the same request id",
    "invocation-async-error-handling",
)
def test_a_failure_is_tried_three_times(cloud: ParityCloud) -> None:
    url, _ = cloud.queue()
    name = cloud.create_function(
        "import boto3\n"
        "def handler(e, c):\n"
        f"    sqs = boto3.client('sqs', endpoint_url={cloud.endpoint!r})\n"
        f"    sqs.send_message(QueueUrl={url!r}, MessageBody=c.aws_request_id)\n"
        "    raise ValueError('on purpose')\n",
        Timeout=15,
    )
    request_id = invoke_async(cloud, name, {})
    seen: list[str] = []

    def look() -> bool:
        got = cloud.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)
        for message in got.get("Messages", ()):
            seen.append(message["Body"])
            handle = message["ReceiptHandle"]
            cloud.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=handle)
        return len(seen) == 3

    try:
        eventually(look, cloud.patience_s)
    except AssertionError:
        raise AssertionError(f"tried {len(seen)} times in {cloud.patience_s:.0f} s") from None
    assert seen == [request_id] * 3, "the request ids differ"


@parity("A dead letter is the event itself, with RequestID, ErrorCode and ErrorMessage", RECORDS)
def test_a_dead_letter(cloud: ParityCloud) -> None:
    url, arn = cloud.queue()
    name = cloud.create_function(FAILING, DeadLetterConfig={"TargetArn": arn})
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0
    )
    request_id = invoke_async(cloud, name, {"order": 7})
    message = cloud.received(url)
    assert json.loads(message["Body"]) == {"order": 7}, f"body is {message['Body'][:200]}"
    attributes = {
        key: (value["DataType"], value["StringValue"])
        for key, value in message.get("MessageAttributes", {}).items()
    }
    assert attributes == {
        "RequestID": ("String", request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "on purpose"),
    }, f"attributes are {attributes}"


@parity("A failure's record has context, request, response and condition RetriesExhausted", RECORDS)
def test_the_record_of_a_failure(cloud: ParityCloud) -> None:
    name = cloud.create_function(FAILING)
    url = with_destination(cloud, name)
    request_id = invoke_async(cloud, name, {"order": 7})
    record = json.loads(cloud.received(url)["Body"])
    timestamp = record.pop("timestamp")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", timestamp), timestamp
    payload = record.pop("responsePayload")
    assert record == {
        "version": "1.0",
        "requestContext": {
            "requestId": request_id,
            "functionArn": cloud.function_arn(f"{name}:$LATEST"),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"order": 7},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
    }, f"is {json.dumps(record)[:400]}"
    assert (payload["errorType"], payload["errorMessage"]) == ("ValueError", "on purpose"), payload


@parity("A success's record has condition Success and the function's answer", RECORDS)
def test_the_record_of_a_success(cloud: ParityCloud) -> None:
    name = cloud.create_function("def handler(e, c):\n    return {'done': e['order']}\n")
    url = with_destination(cloud, name)
    invoke_async(cloud, name, {"order": 7})
    record = json.loads(cloud.received(url)["Body"])
    seen = (
        record["requestContext"]["condition"],
        record["responseContext"],
        record["responsePayload"],
    )
    wanted = ("Success", {"statusCode": 200, "executedVersion": "$LATEST"}, {"done": 7})
    assert seen == wanted, f"is {seen}"


@parity("With reserved concurrency 0 an event goes at once to the failure destination", RECORDS)
def test_reserved_zero_sends_the_event_away(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    url = with_destination(cloud, name, MaximumRetryAttempts=2)
    cloud.client("lambda").put_function_concurrency(
        FunctionName=name, ReservedConcurrentExecutions=0
    )
    invoke_async(cloud, name, {"order": 7})
    context = json.loads(cloud.received(url)["Body"])["requestContext"]
    seen = context["condition"], context["approximateInvokeCount"]
    assert seen == ("ZeroReservedConcurrency", 0), f"is {seen}"


@parity("A topic's event has AWS's record of the notification", "with-sns")
def test_the_event_of_a_topic(cloud: ParityCloud) -> None:
    name, url = cloud.reporting_function()
    sns = cloud.client("sns")
    topic = sns.create_topic(Name=new_name("topic"))["TopicArn"]
    cloud.client("lambda").add_permission(
        FunctionName=name,
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    made = sns.subscribe(
        TopicArn=topic,
        Protocol="lambda",
        Endpoint=cloud.function_arn(name),
        ReturnSubscriptionArn=True,
    )
    sent = sns.publish(TopicArn=topic, Subject="subject", Message="text")
    (record,) = cloud.event_of(url)["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["EventVersion"] == "1.0"
    assert record["EventSubscriptionArn"] == made["SubscriptionArn"], "EventSubscriptionArn"
    note = record["Sns"]
    assert (note["Type"], note["Subject"], note["Message"]) == ("Notification", "subject", "text")
    assert (note["MessageId"], note["TopicArn"]) == (sent["MessageId"], topic), "ids"
    wanted = {"Timestamp", "SignatureVersion", "Signature", "MessageAttributes"}
    assert wanted <= set(note), f"lacks {', '.join(sorted(wanted - set(note)))}"


@parity(
    "A rule hands an event over as it was put, with id, time, account and Region",
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html",
)
def test_the_event_of_a_rule(cloud: ParityCloud) -> None:
    name, url = cloud.reporting_function()
    events, rule = cloud.client("events"), new_name("rule")
    pattern = json.dumps({"source": [rule]})
    arn = events.put_rule(Name=rule, EventPattern=pattern)["RuleArn"]
    cloud.client("lambda").add_permission(
        FunctionName=name,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=arn,
    )
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": cloud.function_arn(name)}])
    entry = {"Source": rule, "DetailType": "kind", "Detail": '{"a": 1}'}
    sent = events.put_events(Entries=[entry])["Entries"][0]["EventId"]
    event = cloud.event_of(url)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event.pop("time"))
    assert event == {
        "version": "0",
        "id": sent,
        "detail-type": "kind",
        "source": rule,
        "account": cloud.account_id,
        "region": cloud.region,
        "resources": [],
        "detail": {"a": 1},
    }, f"is {json.dumps(event)[:300]}"
