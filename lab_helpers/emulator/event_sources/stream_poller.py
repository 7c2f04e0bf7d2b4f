"""Reads all shards of a stream for one mapping: parents before their children.

https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from lab_helpers.clock import Clock, ScaledClock
from lab_helpers.emulator.control_plane.records import EventSourceMapping
from lab_helpers.emulator.event_sources.batch_invoker import BatchInvoker
from lab_helpers.emulator.event_sources.checkpoints import Checkpoints, Lane
from lab_helpers.emulator.event_sources.failed_batches import FailedBatches
from lab_helpers.emulator.event_sources.shard_reader import LOOK_EVERY_S, ShardReader
from lab_helpers.emulator.event_sources.sources import (
    Shard,
    SourceGoneError,
    StreamRecord,
    StreamSource,
)
from lab_helpers.emulator.event_sources.stream_batches import StreamBatches
from lab_helpers.emulator.event_sources.stream_kind import RecordOrigin, StreamKind
from lab_helpers.emulator.event_sources.wake_up import BackgroundTasks, WakeUp

RESTART_AFTER_S = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StreamReading:
    """What every poller of a kind of stream shares.

    Attributes:
        report: (mapping, text) for LastProcessingResult.
    """

    source: StreamSource
    invoker: BatchInvoker
    failures: FailedBatches
    checkpoints: Checkpoints
    clock: Clock
    waits: ScaledClock
    report: Callable[[EventSourceMapping, str], None]


class StreamPoller:
    """The reader of one mapping, with the settings it had when it started."""

    def __init__(
        self, mapping: EventSourceMapping, kind: StreamKind, reading: StreamReading
    ) -> None:
        self._mapping = mapping
        self._arn = mapping.event_source_arn or ""
        self._kind = kind
        self._reading = reading
        self._shards: dict[str, Shard] = {}
        self._readers: dict[str, list[ShardReader]] = {}
        self._tasks = BackgroundTasks()
        self._running: set[asyncio.Task[None]] = set()
        self._news = WakeUp()
        self._stopping = WakeUp()

    def wake(self) -> None:
        """Records came, or shards."""
        self._news.ring()
        for readers in self._readers.values():
            for reader in readers:
                reader.wake()

    def stop(self) -> None:
        """End after the invocation that runs, if any; the rest is read on by whoever follows."""
        self._stopping.ring()
        self.wake()

    async def close(self) -> None:
        """End everything now."""
        self.stop()
        await self._tasks.close()

    async def run(self) -> None:
        """Until stopped."""
        while not self._stopping.is_rung:
            self._news.clear()
            try:
                if self._reading.invoker.may_read(self._mapping):
                    await self._begin_new_shards()
            except SourceGoneError:
                self._reading.invoker.note("mapping.source_gone", self._mapping, "")
            if not self._stopping.is_rung:
                await self._news.wait(self._reading.clock, LOOK_EVERY_S)
        running = list(self._running)
        await asyncio.gather(*running, return_exceptions=True)

    async def _begin_new_shards(self) -> None:
        shards = await self._reading.source.shards(self._arn)
        self._shards = {one.shard_id: one for one in shards}
        finished = partial(self._reading.checkpoints.is_finished, self._mapping.uuid)
        for shard in shards:
            parents = [one for one in shard.parent_ids if one in self._shards]
            ready = all(finished(parent) for parent in parents)
            if ready and shard.shard_id not in self._readers and not finished(shard.shard_id):
                await self._begin(shard, is_child=bool(parents))

    async def _begin(self, shard: Shard, is_child: bool) -> None:
        reading, uuid = self._reading, self._mapping.uuid
        count = self._mapping.settings.get("ParallelizationFactor") or 1
        lanes = [Lane(shard.shard_id, number, count) for number in range(count)]
        reading.checkpoints.begin(uuid, lanes)
        retention_s = await reading.source.retention_s(self._arn)
        # What comes after a split or merge is read from its beginning, wherever reading began.
        not_before = 0.0 if is_child else _not_before(self._mapping)
        readers = [self._reader(lane, not_before, retention_s) for lane in lanes]
        self._readers[shard.shard_id] = readers
        task = self._tasks.spawn(self._read(shard.shard_id, readers))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _read(self, shard_id: str, readers: list[ShardReader]) -> None:
        ended = await asyncio.gather(*(self._guarded(reader) for reader in readers))
        if all(ended):
            self._reading.checkpoints.finish(self._mapping.uuid, shard_id)
            self._news.ring()  # its children may begin

    async def _guarded(self, reader: ShardReader) -> bool:
        while True:
            try:
                return await reader.run()
            except SourceGoneError as error:
                note = self._reading.invoker.note
                note("mapping.source_gone", self._mapping, "", reason=str(error))
                await self._stopping.wait(self._reading.clock, LOOK_EVERY_S)
            except Exception as error:
                logger.exception("reading %s for mapping %s failed", self._arn, self._mapping.uuid)
                self._reading.invoker.note("mapping.error", self._mapping, "", error=repr(error))
                await self._stopping.wait(self._reading.clock, RESTART_AFTER_S)
            if self._stopping.is_rung:
                return False

    def _reader(self, lane: Lane, not_before: float, retention_s: float) -> ShardReader:
        reading, mapping, uuid = self._reading, self._mapping, self._mapping.uuid
        role = reading.invoker.role_of(mapping)
        origin = RecordOrigin(self._arn, lane.shard_id, role)
        reached = partial(reading.checkpoints.reach, uuid, lane)
        batches = StreamBatches(
            mapping,
            self._kind,
            origin,
            reading.invoker,
            reading.failures,
            reading.clock,
            reading.waits,
            retention_s,
            reached,
            partial(reading.report, mapping),
            self._stopping,
        )
        return ShardReader(
            mapping.settings,
            self._kind,
            origin,
            lane,
            reading.checkpoints.position(uuid, lane),
            not_before,
            partial(self._read_records, lane.shard_id),
            partial(self._is_closed, lane.shard_id),
            batches,
            reached,
            partial(self._note_filtered, lane.shard_id),
            reading.clock,
            reading.waits,
            self._stopping,
        )

    async def _read_records(self, shard_id: str, after: int, at_most: int) -> list[StreamRecord]:
        if not self._reading.invoker.may_read(self._mapping):
            raise SourceGoneError("the execution role does not let Lambda read it")
        return await self._reading.source.read(self._arn, shard_id, after, at_most)

    def _is_closed(self, shard_id: str) -> bool:
        shard = self._shards.get(shard_id)
        return shard is not None and shard.closed

    def _note_filtered(self, shard_id: str, count: int) -> None:
        for name in ("PolledEventCount", "FilteredOutEventCount"):
            self._reading.invoker.count(self._mapping, name, count)
        self._reading.invoker.note(
            "mapping.filtered",
            self._mapping,
            "",
            shard_id=shard_id,
            records=count,
            deleted=False,
        )


def _not_before(mapping: EventSourceMapping) -> float:
    """Seconds since the epoch from which on records are read.

    ``LATEST`` means what arrives after the mapping was made, however long that takes.
    """
    match mapping.settings.get("StartingPosition"):
        case "LATEST":
            return mapping.created_at
        case "AT_TIMESTAMP":
            return _epoch(mapping.settings.get("StartingPositionTimestamp"))
        case _:
            return 0.0


def _epoch(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value or 0.0)
