"""Functions read queues and streams: what boto3 sees of event source mappings at work."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually

SQS = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
SQS_ERRORS = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"

PRINTS = "import json\ndef handler(event, context): print('EVENT ' + json.dumps(event))"
FAILS_ON_BAD = """
import json
def handler(event, context):
    print('EVENT ' + json.dumps(event))
    if any(record['body'].startswith('bad') for record in event['Records']):
        raise ValueError('bad message')
"""
REPORTS_BAD = """
import json
def handler(event, context):
    print('EVENT ' + json.dumps(event))
    bad = [r['messageId'] for r in event['Records'] if r['body'].startswith('bad')]
    return {'batchItemFailures': [{'itemIdentifier': one} for one in bad]}
"""


class QueueReader:
    """A queue and a function that reads it."""

    def __init__(
        self,
        cloud: CloudProcess,
        source: str = PRINTS,
        queue: dict[str, str] | None = None,
        fifo: bool = False,
    ) -> None:
        self.cloud = cloud
        self.sqs = cloud.client("sqs")
        self.functions = cloud.client("lambda")
        name = f"jobs-{uuid.uuid4().hex[:12]}{'.fifo' if fifo else ''}"
        attributes = dict(queue or {}) | ({"FifoQueue": "true"} if fifo else {})
        self.url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{name}"
        self.function = cloud.create_function(source)

    def connect(self, **settings: Any) -> str:
        made = self.functions.create_event_source_mapping(
            EventSourceArn=self.arn, FunctionName=self.function, **settings
        )
        return str(made["UUID"])

    def send(self, body: str, **settings: Any) -> str:
        sent = self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **settings)
        return str(sent["MessageId"])

    def events(self) -> list[dict[str, Any]]:
        return seen_events(self.cloud, self.function)

    def bodies(self) -> list[str]:
        return [record["body"] for event in self.events() for record in event["Records"]]

    def left(self) -> int:
        """Messages in the queue, hidden ones counted."""
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])
        found = answer["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(
            found["ApproximateNumberOfMessagesNotVisible"]
        )


def seen_events(cloud: CloudProcess, function: str) -> list[dict[str, Any]]:
    """The events that a function has printed, in order of time over all its log streams."""
    logs = cloud.client("logs")
    try:
        lines = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
    except logs.exceptions.ResourceNotFoundException:
        return []
    lines.sort(key=lambda line: line["timestamp"])
    texts = [line["message"] for line in lines]
    return [json.loads(text[6:]) for text in texts if text.startswith("EVENT ")]


@pytest.mark.fidelity("Lambda polls a queue and deletes messages once they succeed", page=SQS)
def test_a_message_reaches_the_function_and_is_deleted(cloud: CloudProcess) -> None:
    reader = QueueReader(cloud)
    reader.connect()
    message_id = reader.send(
        "hello",
        MessageAttributes={
            "kind": {"DataType": "String", "StringValue": "greeting"},
            "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01"},
        },
    )
    (event,) = eventually(reader.events)
    (record,) = event["Records"]
    assert record["messageId"] == message_id
    assert record["body"] == "hello"
    assert record["md5OfBody"] == "5d41402abc4b2a76b9719d911017c592"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == reader.arn
    assert record["awsRegion"] == cloud.region
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert set(record["attributes"]) >= {
        "SentTimestamp",
        "SenderId",
        "ApproximateFirstReceiveTimestamp",
    }
    kind, raw = record["messageAttributes"]["kind"], record["messageAttributes"]["raw"]
    assert kind == {
        "stringValue": "greeting",
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": "String",
    }
    assert raw["binaryValue"] == "AAE="
    eventually(lambda: reader.left() == 0)


def test_messages_sent_before_the_mapping_are_read_in_one_batch(cloud: CloudProcess) -> None:
    reader = QueueReader(cloud)
    for number in range(7):
        reader.send(str(number))
    reader.connect()
    eventually(lambda: len(reader.bodies()) == 7)
    assert [len(event["Records"]) for event in reader.events()] == [7]


@pytest.mark.fidelity(
    "A failed batch is redelivered after the visibility timeout; the queue's redrive policy moves "
    "it to its dead-letter queue",
    page=SQS_ERRORS,
    difference="what a mapping hands back reappears after the visibility timeout divided by the "
    "time scale",
)
def test_a_poison_message_ends_in_the_dead_letter_queue_of_the_queue(cloud: CloudProcess) -> None:
    dead = QueueReader(cloud)
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3})
    reader = QueueReader(cloud, FAILS_ON_BAD, {"RedrivePolicy": policy})
    reader.connect(BatchSize=1)
    sent = reader.send("bad apple")
    reader.send("good apple")
    message = eventually(
        lambda: dead.sqs.receive_message(QueueUrl=dead.url, WaitTimeSeconds=1).get("Messages")
    )[0]
    assert (message["MessageId"], message["Body"]) == (sent, "bad apple")
    assert reader.bodies().count("bad apple") == 3
    assert reader.bodies().count("good apple") == 1
    counts = [
        record["attributes"]["ApproximateReceiveCount"]
        for event in reader.events()
        for record in event["Records"]
        if record["body"] == "bad apple"
    ]
    assert counts == ["1", "2", "3"]


@pytest.mark.fidelity(
    "With ReportBatchItemFailures only the reported messages return to the queue", page=SQS_ERRORS
)
def test_a_partial_batch_response_returns_the_failed_messages_alone(cloud: CloudProcess) -> None:
    dead = QueueReader(cloud)
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2})
    reader = QueueReader(cloud, REPORTS_BAD, {"RedrivePolicy": policy})
    for body in ("good 1", "bad 1", "good 2", "bad 2"):
        reader.send(body)
    reader.connect(FunctionResponseTypes=["ReportBatchItemFailures"])
    eventually(lambda: dead.left() == 2)
    bodies = reader.bodies()
    assert sorted(bodies) == ["bad 1", "bad 1", "bad 2", "bad 2", "good 1", "good 2"]
    assert reader.left() == 0


@pytest.mark.fidelity(
    "SQS messages that match no filter are deleted",
    page="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html",
)
def test_messages_that_match_no_filter_are_deleted(cloud: CloudProcess) -> None:
    reader = QueueReader(cloud)
    pattern = json.dumps({"body": {"kind": ["order"], "amount": [{"numeric": [">", 10]}]}})
    reader.connect(FilterCriteria={"Filters": [{"Pattern": pattern}]})
    reader.send('{"kind": "order", "amount": 5}')
    reader.send("not even JSON")
    reader.send('{"kind": "order", "amount": 50}')
    eventually(lambda: reader.bodies() and reader.left() == 0)
    assert reader.bodies() == ['{"kind": "order", "amount": 50}']


@pytest.mark.parametrize(
    "pattern", ["simple string", '{"body": "x"}', '{"body": [{"numeric": ["~", 5]}]}']
)
def test_a_pattern_that_is_none_is_refused(cloud: CloudProcess, pattern: str) -> None:
    reader = QueueReader(cloud)
    with pytest.raises(ClientError) as refused:
        reader.connect(FilterCriteria={"Filters": [{"Pattern": pattern}]})
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    assert error["Message"] == "Invalid filter pattern definition."


@pytest.mark.fidelity(
    "A FIFO queue's messages are processed in order within their group",
    page="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
)
def test_a_fifo_queue_keeps_the_order_of_each_group(cloud: CloudProcess) -> None:
    reader = QueueReader(
        cloud,
        """
import json
failed = set()
def handler(event, context):
    print('EVENT ' + json.dumps(event))
    for record in event['Records']:
        if record['body'] == 'a2' and record['attributes']['ApproximateReceiveCount'] == '1':
            raise ValueError('once')
""",
        fifo=True,
    )
    for number in range(1, 5):
        for group in "ab":
            reader.send(
                f"{group}{number}",
                MessageGroupId=group,
                MessageDeduplicationId=f"{group}{number}",
            )
    reader.connect(BatchSize=1)
    eventually(lambda: reader.left() == 0)
    seen = reader.bodies()
    assert [body for body in seen if body[0] == "a"] == ["a1", "a2", "a2", "a3", "a4"]
    assert [body for body in seen if body[0] == "b"] == ["b1", "b2", "b3", "b4"]
    first = reader.events()[0]["Records"][0]["attributes"]
    assert first["MessageGroupId"] in "ab"
    numbers = [
        int(record["attributes"]["SequenceNumber"])
        for event in reader.events()
        for record in event["Records"]
        if record["body"][0] == "b"
    ]
    assert numbers == sorted(numbers)


@pytest.mark.fidelity("A disabled mapping pauses and goes on where it was", page=SQS)
def test_a_mapping_is_disabled_updated_and_deleted_while_it_runs(cloud: CloudProcess) -> None:
    reader = QueueReader(cloud)
    mapping = reader.connect()
    reader.send("one")
    eventually(lambda: reader.bodies() == ["one"])
    update = reader.functions.update_event_source_mapping
    assert update(UUID=mapping, Enabled=False)["State"] == "Disabling"
    found = reader.functions.get_event_source_mapping(UUID=mapping)
    assert found["State"] == "Disabled"
    for body in ("two", "three"):
        reader.send(body)
    assert reader.left() == 2
    assert update(UUID=mapping, Enabled=True, BatchSize=1)["State"] == "Enabling"
    eventually(lambda: sorted(reader.bodies()) == ["one", "three", "two"])
    assert all(len(event["Records"]) == 1 for event in reader.events())
    reader.functions.delete_event_source_mapping(UUID=mapping)
    with pytest.raises(reader.functions.exceptions.ResourceNotFoundException):
        reader.functions.get_event_source_mapping(UUID=mapping)
    reader.send("four")
    assert reader.left() == 1


def test_a_mapping_can_invoke_an_alias(cloud: CloudProcess) -> None:
    reader = QueueReader(
        cloud, "def handler(event, context): print('EVENT', '\"' + context.function_version + '\"')"
    )
    reader.functions.publish_version(FunctionName=reader.function)
    reader.functions.create_alias(FunctionName=reader.function, Name="live", FunctionVersion="1")
    reader.functions.create_event_source_mapping(
        EventSourceArn=reader.arn, FunctionName=f"{reader.function}:live"
    )
    reader.send("x")
    assert eventually(reader.events) == ["1"]


@pytest.mark.slow
def test_an_idle_mapping_costs_no_cpu_and_the_cloud_ends_with_pollers_at_work(
    tmp_path: Path,
) -> None:
    cloud = CloudProcess.start(tmp_path, "--port", "0")
    try:
        reader = QueueReader(cloud, FAILS_ON_BAD)
        reader.connect()
        reader.send("good")
        eventually(reader.bodies)
        process = psutil.Process(cloud.process.pid)
        time.sleep(0.5)
        before = process.cpu_times()
        time.sleep(1.0)
        after = process.cpu_times()
        assert after.user + after.system - before.user - before.system < 0.1
        reader.send("bad")
        eventually(lambda: "bad" in reader.bodies())
    finally:
        status = cloud.stop()
    assert status == 0
