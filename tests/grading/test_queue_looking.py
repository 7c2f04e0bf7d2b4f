"""A check looks into a queue and leaves what is not its own."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.stub import Stubber

from lab_helpers.grading.queue_looking import MOST_AT_ONCE, QueueLook, queue_arn
from tests.grading.stand_ins import evidence


class PretendSqs:
    """A queue whose received messages stay hidden until they are made visible."""

    def __init__(self, *bodies: str, **attributes: str) -> None:
        self.messages = dict(enumerate(bodies))
        self.hidden: set[int] = set()
        self.attributes = attributes

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int, **_: Any) -> Any:
        found = [n for n in self.messages if n not in self.hidden][:MaxNumberOfMessages]
        self.hidden.update(found)
        return {"Messages": [{"Body": self.messages[n], "ReceiptHandle": str(n)} for n in found]}

    def change_message_visibility(
        self, *, ReceiptHandle: str, VisibilityTimeout: int, **_: Any
    ) -> None:
        assert VisibilityTimeout == 0
        self.hidden.discard(int(ReceiptHandle))

    def delete_message(self, *, ReceiptHandle: str, **_: Any) -> None:
        del self.messages[int(ReceiptHandle)]
        self.hidden.discard(int(ReceiptHandle))

    def get_queue_attributes(self, **_: Any) -> Any:
        return {"Attributes": self.attributes}


def test_looking_shows_every_message_and_hides_none() -> None:
    sqs = PretendSqs(*[f"m{n}" for n in range(MOST_AT_ONCE + 3)])
    queue = QueueLook(sqs, "url")
    assert sorted(queue.bodies()) == sorted(sqs.messages.values())
    assert sqs.hidden == set()


def test_only_what_is_unwanted_is_removed() -> None:
    sqs = PretendSqs("mine", "the learner's", "mine too")
    QueueLook(sqs, "url").remove(lambda body: body.startswith("mine"))
    assert list(sqs.messages.values()) == ["the learner's"]
    assert sqs.hidden == set()


def test_a_queue_without_redrive_policy_has_an_empty_one() -> None:
    assert QueueLook(PretendSqs(), "url").redrive_policy == {}
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": 5}
    told = PretendSqs(RedrivePolicy=json.dumps(policy))
    assert QueueLook(told, "url").redrive_policy == policy


def test_messages_that_are_being_read_are_waiting_too() -> None:
    counts = {"ApproximateNumberOfMessages": "3", "ApproximateNumberOfMessagesNotVisible": "2"}
    queue = QueueLook(PretendSqs(**counts), "url")
    assert (queue.waiting, queue.being_read) == (5, 2)


def test_a_queue_that_is_missing_is_told_apart_from_an_empty_one() -> None:
    ev = evidence()
    client = boto3.client(
        "sqs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    ev._clients["sqs"] = client
    with Stubber(client) as stub:
        stub.add_client_error("get_queue_url", "AWS.SimpleQueueService.NonExistentQueue")
        assert QueueLook.at(ev, "letters") is None
        stub.add_response("get_queue_url", {"QueueUrl": "http://127.0.0.1:9/1/letters"})
        assert QueueLook.at(ev, "letters") is not None


def test_the_arn_is_of_the_backends_region_and_account() -> None:
    assert queue_arn(evidence(), "letters") == "arn:aws:sqs:us-east-1:123456789012:letters"
