"""What sets Kinesis and DynamoDB Streams apart for a function; everything else they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lab_helpers.emulator.event_sources.sources import StreamRecord


@dataclass(frozen=True)
class RecordOrigin:
    """Where a record was read.

    Attributes:
        role_arn: the execution role with which Lambda reads.
    """

    stream_arn: str
    shard_id: str
    role_arn: str


@dataclass(frozen=True)
class StreamKind:
    """One kind of stream.

    Attributes:
        record: a record as an entry of the event's ``Records``.
        seen_by_filters: such an entry as filter criteria look at it.
        content_key: the member that carries a sender's own content there, if any.
        batch_info: the member that describes a batch in the record of its failure.
        time_text: how that description writes seconds since the epoch.
    """

    record: Callable[[StreamRecord, RecordOrigin], dict[str, Any]]
    seen_by_filters: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    content_key: str | None
    batch_info: str
    time_text: Callable[[float], str]
