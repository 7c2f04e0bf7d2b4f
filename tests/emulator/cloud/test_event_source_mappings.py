"""Functions read queues and streams: what boto3 sees of event source mappings at work."""

from __future__ import annotations

import json
import uuid
from typing import Any

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
    """The events that a function has printed, in order."""
    try:
        lines = cloud.log_lines(function)
    except ClientError:
        return []
    return [json.loads(line[6:]) for line in lines if line.startswith("EVENT ")]


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
