"""Look into an SQS queue that nobody reads, and leave it as it was.

Being received counts for each message: where a redrive policy counts, it may move one away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lab_helpers.arns import partition_of
from lab_helpers.grading.evidence import Evidence, absent_as_none

MOST_AT_ONCE = 10
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"""
HIDDEN_S = 20
"""Seen messages stay hidden until the whole queue has been looked through."""


def queue_arn(evidence: Evidence, name: str) -> str:
    """ARN of the queue of this name, whether it exists or not."""
    region = evidence.region
    return f"arn:{partition_of(region)}:sqs:{region}:{evidence.account_id}:{name}"


@dataclass(frozen=True)
class QueueLook:
    """One queue, known to exist. Raises botocore's errors."""

    sqs: Any
    url: str

    @classmethod
    def at(cls, evidence: Evidence, name: str) -> QueueLook | None:
        """The queue of this name, None where there is none."""
        sqs = evidence.client("sqs")
        url = absent_as_none(lambda: str(sqs.get_queue_url(QueueName=name)["QueueUrl"]))
        return cls(sqs, url) if url else None

    @property
    def attributes(self) -> dict[str, str]:
        """Every attribute, as SQS spells it."""
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])
        return dict(answer["Attributes"])

    @property
    def arn(self) -> str:
        return self.attributes["QueueArn"]

    @property
    def hidden_s(self) -> int:
        """The queue's visibility timeout."""
        return int(self.attributes["VisibilityTimeout"])

    @property
    def redrive_policy(self) -> dict[str, Any]:
        """``deadLetterTargetArn`` and ``maxReceiveCount``; empty without one."""
        return dict(json.loads(self.attributes.get("RedrivePolicy") or "{}"))

    @property
    def waiting(self) -> int:
        """Messages in the queue, those that someone is reading included."""
        return int(self.attributes["ApproximateNumberOfMessages"]) + self.being_read

    @property
    def being_read(self) -> int:
        return int(self.attributes["ApproximateNumberOfMessagesNotVisible"])

    def send(self, bodies: list[str]) -> None:
        """Up to ten messages by one call."""
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
        self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)

    def messages(self) -> list[Mapping[str, Any]]:
        """What is in the queue and visible, with its attributes."""
        return self._look_through(lambda body: False)

    def bodies(self) -> list[str]:
        """What is in the queue and visible."""
        return [message["Body"] for message in self.messages()]

    def remove(self, unwanted: Callable[[str], bool]) -> None:
        """Delete the visible messages whose body is ``unwanted``; the others stay."""
        self._look_through(unwanted)

    def _look_through(self, unwanted: Callable[[str], bool]) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        while page := self._receive():
            found += page
        for message in found:
            handle = {"QueueUrl": self.url, "ReceiptHandle": message["ReceiptHandle"]}
            if unwanted(message["Body"]):
                self.sqs.delete_message(**handle)
            else:
                self.sqs.change_message_visibility(**handle, VisibilityTimeout=0)
        return found

    def _receive(self) -> list[Mapping[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=MOST_AT_ONCE,
            VisibilityTimeout=HIDDEN_S,
            MessageAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))
