"""A queue is looked at and left as it was; a missing one is told apart from an empty one."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.queue_reading import (
    queue_arn,
    queue_attributes,
    redrive_policy,
    visible_messages,
)
from tests.grading.stand_ins import evidence

URL = "http://127.0.0.1:9/123456789012/letters"
LOOK = {
    "QueueUrl": URL,
    "MaxNumberOfMessages": 10,
    "VisibilityTimeout": 0,
    "MessageAttributeNames": ["All"],
}


@pytest.fixture
def looked() -> tuple[Evidence, Stubber]:
    ev = evidence()
    client = boto3.client(
        "sqs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    ev._clients["sqs"] = client
    stub = Stubber(client)
    stub.activate()
    return ev, stub


def messages(*ids: str) -> dict[str, Any]:
    return {"Messages": [{"MessageId": one, "Body": f"body {one}"} for one in ids]}


def test_the_arn_is_of_the_backends_region_and_account() -> None:
    assert queue_arn(evidence(), "letters") == "arn:aws:sqs:us-east-1:123456789012:letters"


def test_a_missing_queue_has_no_attributes_and_no_messages(
    looked: tuple[Evidence, Stubber],
) -> None:
    ev, stub = looked
    for _ in range(2):
        stub.add_client_error("get_queue_url", "QueueDoesNotExist")
    assert queue_attributes(ev, "letters") is None
    assert visible_messages(ev, "letters") == []


def test_messages_are_collected_until_a_look_shows_nothing_new(
    looked: tuple[Evidence, Stubber],
) -> None:
    ev, stub = looked
    stub.add_response("get_queue_url", {"QueueUrl": URL})
    stub.add_response("receive_message", messages("a", "b"), LOOK)
    stub.add_response("receive_message", messages("b", "c"), LOOK)
    stub.add_response("receive_message", messages("a"), LOOK)
    assert [one["MessageId"] for one in visible_messages(ev, "letters")] == ["a", "b", "c"]
    stub.assert_no_pending_responses()


def test_a_redrive_policy_is_read_as_what_it_says() -> None:
    policy = {"deadLetterTargetArn": "arn", "maxReceiveCount": 5}
    assert redrive_policy({"RedrivePolicy": json.dumps(policy)}) == policy
    assert redrive_policy({}) == {}
