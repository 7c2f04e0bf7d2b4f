"""A message in a dead-letter queue tells where it came from."""

from __future__ import annotations

import json
import uuid
from typing import Any

from tests.cloud_process import CloudProcess, eventually

SOURCE = "DeadLetterQueueSourceArn"


def moved_message(sqs: Any) -> tuple[str, str]:
    """(URL of a dead-letter queue that holds one message, ARN of where it was)."""
    urls = [sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex}")["QueueUrl"] for _ in range(2)]
    home, dead = urls
    arns = [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        for url in urls
    ]
    policy = json.dumps({"deadLetterTargetArn": arns[1], "maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=home, Attributes={"RedrivePolicy": policy})
    sqs.send_message(QueueUrl=home, MessageBody="poison")
    (message,) = sqs.receive_message(QueueUrl=home, AttributeNames=["All"])["Messages"]
    assert SOURCE not in message["Attributes"]
    handle = message["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=home, ReceiptHandle=handle, VisibilityTimeout=0)
    eventually(lambda: "Messages" not in sqs.receive_message(QueueUrl=home))
    return dead, arns[0]


def test_who_receives_a_dead_letter_is_told_its_source(cloud: CloudProcess) -> None:
    sqs = cloud.client("sqs")
    dead, source = moved_message(sqs)
    (message,) = sqs.receive_message(QueueUrl=dead, MessageSystemAttributeNames=[SOURCE])[
        "Messages"
    ]
    assert message["Attributes"] == {SOURCE: source}


def test_who_does_not_ask_is_not_told(cloud: CloudProcess) -> None:
    sqs = cloud.client("sqs")
    dead, _ = moved_message(sqs)
    (message,) = sqs.receive_message(QueueUrl=dead)["Messages"]
    assert "Attributes" not in message
