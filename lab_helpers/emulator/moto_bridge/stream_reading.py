"""Kinesis and DynamoDB streams as event source mappings read them: straight from moto.

Every new record is announced. Put right on the way: after a split or merge moto copies old
records into the new shards and goes on writing into the closed one; a write that changes
nothing, or comes after the stream was turned off, is no stream record at AWS.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import StreamShard, Table
from moto.kinesis.models import Stream, kinesis_backends

from lab_helpers.arns import Arn
from lab_helpers.emulator.event_sources.sources import Shard, SourceGoneError, StreamRecord
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.current_call import current_call
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK

StreamChanged = Callable[[str], None]
"""Called with a stream's ARN, from any thread, when a record or a shard was added."""

DYNAMODB_RETENTION_S = 24 * 3600.0

_put_record = Stream.put_record
_split_shard = Stream.split_shard
_merge_shards = Stream.merge_shards
_shard_for_key = Stream.get_shard_for_key
_add_stream_record = StreamShard.add
_set_stream_specification = Table.set_stream_specification


class KinesisStreams:
    """The source of the Kinesis pollers. moto is kept off the event loop."""

    def __init__(self, account_id: str, changed: StreamChanged) -> None:
        self._account_id = account_id
        self._changed = changed

    def install(self) -> None:
        """From now on every record and every new shard is announced."""
        changed = self._changed

        def put_record(
            stream: Any, partition_key: str, explicit_hash_key: str, data: str
        ) -> tuple[str, str]:
            number, shard_id = _put_record(stream, partition_key, explicit_hash_key, data)
            record = stream.shards[shard_id].records[int(number)]
            record.sending_request_id = current_call.get().request_id
            changed(stream.arn)
            return number, shard_id

        def split_shard(stream: Any, shard_id: str, new_starting_hash_key: str) -> None:
            with _RecordsStay(stream, shard_id):
                _split_shard(stream, shard_id, new_starting_hash_key)
            changed(stream.arn)

        def merge_shards(stream: Any, shard_id: str, adjacent_shard_id: str) -> None:
            with _RecordsStay(stream, shard_id, adjacent_shard_id):
                _merge_shards(stream, shard_id, adjacent_shard_id)
            changed(stream.arn)

        Stream.put_record = put_record
        Stream.split_shard = split_shard
        Stream.merge_shards = merge_shards
        Stream.get_shard_for_key = _open_shard_for_key

    async def shards(self, stream_arn: str) -> list[Shard]:
        return await asyncio.to_thread(self._shards, stream_arn)

    async def read(
        self, stream_arn: str, shard_id: str, after: int, at_most: int
    ) -> list[StreamRecord]:
        return await asyncio.to_thread(self._read, stream_arn, shard_id, after, at_most)

    async def retention_s(self, stream_arn: str) -> float:
        return float(self._stream(stream_arn).retention_period_hours) * 3600

    def _stream(self, stream_arn: str) -> Any:
        arn = Arn.parse(stream_arn)
        name = arn.resource.split("/")[1]  # stream/NAME or stream/NAME/consumer/…
        stream = kinesis_backends[self._account_id][arn.region].streams.get(name)
        if stream is None:
            raise SourceGoneError(stream_arn)
        return stream

    def _shards(self, stream_arn: str) -> list[Shard]:
        with MOTO_LOCK:
            return [
                Shard(
                    one.shard_id,
                    tuple(parent for parent in (one.parent, one.adjacent_parent) if parent),
                    not one.is_open,
                )
                for one in self._stream(stream_arn).shards.values()
            ]

    def _read(self, stream_arn: str, shard_id: str, after: int, at_most: int) -> list[StreamRecord]:
        with MOTO_LOCK:
            shard = self._stream(stream_arn).shards.get(shard_id)
            if shard is None:
                raise SourceGoneError(f"{stream_arn} {shard_id}")
            found = [one for number, one in shard.records.items() if number > after][:at_most]
        return [
            StreamRecord(
                str(one.sequence_number),
                one.partition_key,
                one.created_at,
                {"data": one.data},
                getattr(one, "sending_request_id", None),
            )
            for one in found
        ]


class _RecordsStay:
    """Around moto's split or merge: old records stay where they are, new shards begin empty."""

    def __init__(self, stream: Any, *shard_ids: str) -> None:
        self._stream = stream
        self._old = {one: stream.shards[one].records for one in shard_ids if one in stream.shards}
        self._known = set(stream.shards)

    def __enter__(self) -> None:
        """Nothing to do before."""

    def __exit__(self, *_error: object) -> None:
        for shard_id, shard in self._stream.shards.items():
            if shard_id in self._old:
                shard.records = self._old[shard_id]
            elif shard_id not in self._known:
                shard.records = OrderedDict()


def _open_shard_for_key(stream: Any, partition_key: str, explicit_hash_key: str) -> Any:
    """moto asks closed shards too, and asks them first."""
    every = stream.shards
    stream.shards = {name: one for name, one in every.items() if one.is_open}
    try:
        return _shard_for_key(stream, partition_key, explicit_hash_key)
    finally:
        stream.shards = every


class DynamoDBStreams:
    """The source of the DynamoDB stream pollers. A table's stream has one shard here."""

    def __init__(self, account_id: str, changed: StreamChanged) -> None:
        self._account_id = account_id
        self._changed = changed

    def install(self) -> None:
        """From now on every change of an item is announced."""
        changed = self._changed

        def add(shard: Any, old: Any, new: Any) -> None:
            specification = shard.table.stream_specification or {}
            unchanged = old is not None and new is not None and _json(old) == _json(new)
            if unchanged or not specification.get("StreamEnabled"):
                return
            _add_stream_record(shard, old, new)
            shard.items[-1].sending_request_id = current_call.get().request_id
            changed(_stream_arn(shard.table))

        def set_stream_specification(table: Any, streams: dict[str, Any] | None) -> None:
            _set_stream_specification(table, streams)
            # a time to the microsecond, and part of the stream's ARN
            table.latest_stream_label = CHANGES.asked(lambda: table.latest_stream_label)

        StreamShard.add = add
        Table.set_stream_specification = set_stream_specification

    async def shards(self, stream_arn: str) -> list[Shard]:
        return [Shard(self._shard(stream_arn).id)]

    async def read(
        self, stream_arn: str, shard_id: str, after: int, at_most: int
    ) -> list[StreamRecord]:
        return await asyncio.to_thread(self._read, stream_arn, after, at_most)

    async def retention_s(self, stream_arn: str) -> float:
        return DYNAMODB_RETENTION_S

    def _shard(self, stream_arn: str) -> Any:
        arn = Arn.parse(stream_arn)
        name = arn.resource.split("/")[1]  # table/NAME/stream/LABEL
        table = dynamodb_backends[self._account_id][arn.region].tables.get(name)
        if table is None or table.stream_shard is None or _stream_arn(table) != stream_arn:
            raise SourceGoneError(stream_arn)
        return table.stream_shard

    def _read(self, stream_arn: str, after: int, at_most: int) -> list[StreamRecord]:
        with MOTO_LOCK:
            shard = self._shard(stream_arn)
            first = max(0, after - shard.starting_sequence_number + 1)
            return [_stream_record(one) for one in shard.items[first : first + at_most]]


def _stream_arn(table: Any) -> str:
    return f"{table.table_arn}/stream/{table.latest_stream_label}"


def _json(item: Any) -> Any:
    return item.to_json()["Attributes"]


def _stream_record(item: Any) -> StreamRecord:
    record = item.to_json()
    change = record["dynamodb"]
    created: datetime = change["ApproximateCreationDateTime"]
    if created.tzinfo is None:
        created = created.replace(tzinfo=UTC)
    content = {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        **{
            name: json.loads(json.dumps(change[name], default=_text))
            for name in ("Keys", "NewImage", "OldImage", "StreamViewType")
            if name in change
        },
    }
    return StreamRecord(
        change["SequenceNumber"],
        json.dumps(content["Keys"], sort_keys=True),
        created.timestamp(),
        content,
        getattr(item, "sending_request_id", None),
    )


def _text(value: Any) -> str:
    """moto keeps binary values decoded; in DynamoDB's JSON they are base64."""
    return b64encode(value).decode() if isinstance(value, bytes) else str(value)
