"""Batches of a stream that are given up: what the on-failure destination gets to know of them.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
Queues and topics get where the batch is in the stream; a bucket gets the records as well.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from lab_helpers.arns import Arn
from lab_helpers.clock import iso_milliseconds
from lab_helpers.emulator.control_plane.records import EventSourceMapping
from lab_helpers.emulator.event_sources.batch_invoker import BatchInvoker, BatchRun
from lab_helpers.emulator.event_sources.sources import StreamRecord
from lab_helpers.emulator.event_sources.stream_kind import StreamKind
from lab_helpers.emulator.invocation.deliveries import (
    Deliver,
    Delivery,
    DeliveryError,
    Origin,
    QueueMessage,
    StoredObject,
    TopicMessage,
)


class Condition(StrEnum):
    RETRY_ATTEMPTS_EXHAUSTED = "RetryAttemptsExhausted"
    RECORD_AGE_EXCEEDED = "RecordAgeExceeded"


@dataclass(frozen=True)
class FailedBatch:
    """Records that Lambda gives up.

    Attributes:
        invoke_count: how often the function got them.
        last: the last invocation; None where the records only grew too old.
        event: as the function gets it.
        time: seconds since the epoch.
    """

    mapping: EventSourceMapping
    kind: StreamKind
    shard_id: str
    records: Sequence[StreamRecord]
    condition: Condition
    invoke_count: int
    last: BatchRun | None
    event: dict[str, Any]
    time: float

    @property
    def request_id(self) -> str:
        return self.last.request_id if self.last is not None else str(uuid.uuid4())


def failure_record(batch: FailedBatch, request_id: str) -> dict[str, Any]:
    """The JSON document that destinations get."""
    record: dict[str, Any] = {
        "requestContext": {
            "requestId": request_id,
            "functionArn": batch.mapping.function_arn,
            "condition": batch.condition.value,
            "approximateInvokeCount": batch.invoke_count,
        }
    }
    too_old = batch.condition is Condition.RECORD_AGE_EXCEEDED
    if not too_old and batch.last is not None and batch.last.run is not None:
        record["responseContext"] = {
            "statusCode": 200,
            "executedVersion": batch.last.run.executed_version,
            "functionError": batch.last.run.outcome.function_error,
        }
    first, last = batch.records[0], batch.records[-1]
    record["version"] = "1.0"
    record["timestamp"] = iso_milliseconds(batch.time)
    record[batch.kind.batch_info] = {
        "shardId": batch.shard_id,
        "startSequenceNumber": first.sequence_number,
        "endSequenceNumber": last.sequence_number,
        "approximateArrivalOfFirstRecord": batch.kind.time_text(first.arrived_at),
        "approximateArrivalOfLastRecord": batch.kind.time_text(last.arrived_at),
        "batchSize": len(batch.records),
        "streamArn": batch.mapping.event_source_arn,
    }
    return record


def object_key(batch: FailedBatch) -> str:
    """``aws/lambda/<mapping's UUID>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<UUID>``"""
    moment = datetime.fromtimestamp(batch.time, UTC)
    where = f"aws/lambda/{batch.mapping.uuid}/{batch.shard_id}"
    return f"{where}/{moment:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"


class FailedBatches:
    """Sends what is known of failed batches to where the mapping wants it."""

    def __init__(self, invoker: BatchInvoker, deliver: Deliver) -> None:
        self._invoker = invoker
        self._deliver = deliver

    async def tell(self, batch: FailedBatch) -> None:
        """Never raises: what cannot be sent is lost, as at AWS."""
        mapping, request_id = batch.mapping, batch.request_id
        self._invoker.note(
            "mapping.discarded",
            mapping,
            request_id,
            condition=batch.condition.value,
            shard_id=batch.shard_id,
            items=[one.sequence_number for one in batch.records][:100],
        )
        config = mapping.settings.get("DestinationConfig") or {}
        target = (config.get("OnFailure") or {}).get("Destination")
        if not target:
            self._invoker.count(mapping, "DroppedEventCount", len(batch.records))
            return
        try:
            if not self._invoker.may_send(mapping, target):
                raise DeliveryError("the execution role does not allow it")
            await self._deliver(_delivery(batch, target, request_id), Origin(request_id))
        except DeliveryError as error:
            self._invoker.delivery_failed(mapping)
            self._invoker.count(mapping, "DroppedEventCount", len(batch.records))
            self._invoker.note(
                "mapping.delivery_failed", mapping, request_id, target=target, reason=error.reason
            )
        else:
            delivered = "OnFailureDestinationDeliveredEventCount"
            self._invoker.count(mapping, delivered, len(batch.records))
            self._invoker.note("mapping.destination", mapping, request_id, target=target)


def _delivery(batch: FailedBatch, target: str, request_id: str) -> Delivery:
    record = failure_record(batch, request_id)
    match Arn.parse(target).service:
        case "sqs":
            return QueueMessage(target, json.dumps(record))
        case "sns":
            return TopicMessage(target, json.dumps(record))
        case "s3":
            whole = record | {"payload": batch.event}
            return StoredObject(target, object_key(batch), json.dumps(whole))
        case service:
            raise DeliveryError(f"{service} is no on-failure destination of a stream")
