"""What pollers read from: queues and streams, as small protocols and values.

The moto bridge implements them for the embedded cloud; tests have their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class SourceGoneError(Exception):
    """The queue or stream does not exist (any more)."""


@dataclass(frozen=True)
class MessageAttribute:
    """A message attribute; ``data_type`` is String, Number, Binary or a custom form of these."""

    data_type: str
    string_value: str | None = None
    binary_value: bytes | None = None


@dataclass(frozen=True)
class ReceivedMessage:
    """A message of an SQS queue, hidden from others since it was received.

    Attributes:
        attributes: system attributes in AWS's names and order: ApproximateReceiveCount …
        md5_of_attributes: of the message attributes; None where there are none.
        cause_id: request id of the call that sent it, if known.
    """

    message_id: str
    receipt_handle: str
    body: str
    md5_of_body: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    message_attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    md5_of_attributes: str | None = None
    cause_id: str | None = None


class QueueSource(Protocol):
    """SQS as a poller needs it. Every operation raises SourceGoneError."""

    async def receive(self, queue_arn: str, at_most: int) -> list[ReceivedMessage]:
        """Messages that are visible now, hidden from now on for the visibility timeout."""

    async def delete(self, queue_arn: str, receipt_handles: Sequence[str]) -> None: ...

    async def hand_back(
        self, queue_arn: str, receipt_handles: Sequence[str], hidden_s: float
    ) -> None:
        """Let messages be visible again, ``hidden_s`` seconds of real time from now."""

    async def visibility_timeout_s(self, queue_arn: str) -> float: ...

    async def next_visible_in_s(self, queue_arn: str) -> float | None:
        """Seconds until the next hidden or delayed message can be seen; None if there is none.

        Messages that can be seen already do not count: after an empty ``receive`` they wait for
        their group.
        """


@dataclass(frozen=True)
class StreamRecord:
    """One record of a shard.

    Attributes:
        sequence_number: as AWS shows it; as an integer it orders the shard.
        partition_key: records with the same one keep their order whatever else happens.
        arrived_at: seconds since the epoch.
        content: what the source itself says of the record, in the event's names.
    """

    sequence_number: str
    partition_key: str
    arrived_at: float
    content: Mapping[str, Any]
    cause_id: str | None = None

    @property
    def position(self) -> int:
        return int(self.sequence_number)


@dataclass(frozen=True)
class Shard:
    """One shard. A closed one gets no more records; its children follow it."""

    shard_id: str
    parent_ids: tuple[str, ...] = ()
    closed: bool = False


class StreamSource(Protocol):
    """Kinesis or DynamoDB Streams as a poller needs them. All raise SourceGoneError."""

    async def shards(self, stream_arn: str) -> list[Shard]: ...

    async def read(
        self, stream_arn: str, shard_id: str, after: int, at_most: int
    ) -> list[StreamRecord]:
        """Records whose position is above ``after``, in order; -1 stands for the beginning."""

    async def retention_s(self, stream_arn: str) -> float:
        """How long a record stays in the stream."""
