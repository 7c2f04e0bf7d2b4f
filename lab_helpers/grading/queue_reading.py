"""SQS queues, looked at without taking anything out of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lab_helpers.arns import partition_of
from lab_helpers.grading.evidence import Evidence

MOST_AT_ONCE = 10
LOOKS = 5
"""A queue answers with a part of what it holds; a few looks see all of a short one."""


def queue_arn(evidence: Evidence, queue: str) -> str:
    region = evidence.region
    return f"arn:{partition_of(region)}:sqs:{region}:{evidence.account_id}:{queue}"


def queue_url(evidence: Evidence, queue: str) -> str | None:
    """None where there is no such queue."""
    sqs = evidence.client("sqs")
    try:
        return str(sqs.get_queue_url(QueueName=queue)["QueueUrl"])
    except sqs.exceptions.QueueDoesNotExist:
        return None


def queue_attributes(evidence: Evidence, queue: str) -> Mapping[str, str] | None:
    """Every attribute of the queue, None where there is no such queue."""
    url = queue_url(evidence, queue)
    if url is None:
        return None
    answer = evidence.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return dict(answer.get("Attributes", {}))


def redrive_policy(attributes: Mapping[str, str]) -> Mapping[str, Any]:
    """``deadLetterTargetArn`` and ``maxReceiveCount``; empty where the queue has none."""
    return dict(json.loads(attributes.get("RedrivePolicy") or "{}"))


def visible_messages(evidence: Evidence, queue: str) -> list[Mapping[str, Any]]:
    """Messages that nobody is working on, with all attributes; they stay visible.

    Being received counts for each of them, so this is for queues without a redrive policy.
    """
    url = queue_url(evidence, queue)
    if url is None:
        return []
    found: dict[str, Mapping[str, Any]] = {}
    for _ in range(LOOKS):
        before = len(found)
        answer = evidence.client("sqs").receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=MOST_AT_ONCE,
            VisibilityTimeout=0,
            MessageAttributeNames=["All"],
        )
        found |= {message["MessageId"]: message for message in answer.get("Messages", [])}
        if len(found) == before:
            break
    return list(found.values())
