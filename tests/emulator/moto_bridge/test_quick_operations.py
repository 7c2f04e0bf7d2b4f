"""What may be done on the event loop: one item, no waiting, nothing over the network."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from moto.s3.models import NotificationConfiguration, s3_backends

from lab_helpers.emulator.http import Request
from lab_helpers.emulator.moto_bridge.quick_operations import LARGEST_BODY, is_quick

ACCOUNT = "123456789012"


@pytest.fixture
def bucket() -> Any:
    backend = s3_backends[ACCOUNT]["aws"]
    return backend.create_bucket(f"b-{uuid.uuid4().hex}", "us-east-1")


def _put(bucket: Any, body: bytes = b"hello") -> bool:
    request = Request("PUT", f"/{bucket.name}/key", body=body)
    return is_quick(ACCOUNT, "s3", "PutObject", request)


def test_a_small_message_is_sent_at_once_and_a_topic_never() -> None:
    assert is_quick(ACCOUNT, "sqs", "SendMessage", Request("POST", "/"))
    assert not is_quick(ACCOUNT, "sqs", "SendMessage", Request("POST", "/", body=b"x" * 70_000))
    assert not is_quick(ACCOUNT, "sns", "Publish", Request("POST", "/"))
    assert not is_quick(ACCOUNT, "dynamodb", "Scan", Request("POST", "/"))


def test_an_object_is_put_at_once_unless_its_bucket_tells_a_topic_or_a_bus(bucket: Any) -> None:
    assert _put(bucket)
    assert not _put(bucket, b"x" * (LARGEST_BODY + 1))
    events = [{"Queue": "arn:aws:sqs:us-east-1:1:q", "Event": ["s3:ObjectCreated:*"]}]
    bucket.notification_configuration = NotificationConfiguration(queue=events)
    assert _put(bucket)
    topics = [{"Topic": "arn:aws:sns:us-east-1:1:t", "Event": ["s3:ObjectCreated:*"]}]
    bucket.notification_configuration = NotificationConfiguration(topic=topics)
    assert not _put(bucket)
    bucket.notification_configuration = NotificationConfiguration(event_bridge={})
    assert not _put(bucket)


def test_a_missing_bucket_is_told_at_once() -> None:
    request = Request("PUT", "/no-such-bucket/key")
    assert is_quick(ACCOUNT, "s3", "PutObject", request)
