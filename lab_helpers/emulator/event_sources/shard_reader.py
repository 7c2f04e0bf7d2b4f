"""Reads one lane of one shard, in order: gathers batches and has them worked off.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lab_helpers.clock import Clock, ScaledClock
from lab_helpers.emulator.event_sources.batch_invoker import MAXIMUM_PAYLOAD_BYTES
from lab_helpers.emulator.event_sources.checkpoints import Lane
from lab_helpers.emulator.event_sources.filter_criteria import FilterCriteria
from lab_helpers.emulator.event_sources.sources import StreamRecord
from lab_helpers.emulator.event_sources.stream_batches import StreamBatches
from lab_helpers.emulator.event_sources.stream_kind import RecordOrigin, StreamKind
from lab_helpers.emulator.event_sources.tumbling_windows import PlainFrame, TumblingWindow
from lab_helpers.emulator.event_sources.wake_up import WakeUp

LOOK_EVERY_S = 20.0
"""A look without any news; news come with every record."""
READ_AT_MOST = 10_000

Read = Callable[[int, int], Awaitable[list[StreamRecord]]]
"""(position, at most) → the records behind it."""


@dataclass
class _Gathered:
    """Records for one batch, and how far the shard was looked through for them."""

    records: list[StreamRecord]
    scanned: int
    size: int = 0
    filtered: int = 0
    full: bool = False
    window_over: bool = False


class ShardReader:
    """One lane of a shard, from a position on.

    Args:
        not_before: records that arrived earlier are passed over (seconds since the epoch).
        closed: will the shard get no more records?
        passed: told the position when records were passed over and no batch came of it.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        kind: StreamKind,
        origin: RecordOrigin,
        lane: Lane,
        position: int,
        not_before: float,
        read: Read,
        closed: Callable[[], bool],
        batches: StreamBatches,
        passed: Callable[[int], None],
        filtered: Callable[[int], None],
        clock: Clock,
        waits: ScaledClock,
        stopping: WakeUp,
    ) -> None:
        self._settings = settings
        self._kind = kind
        self._origin = origin
        self._lane = lane
        self._position = position
        self._not_before = not_before
        self._read = read
        self._closed = closed
        self._batches = batches
        self._passed = passed
        self._filtered = filtered
        self._clock = clock
        self._waits = waits
        self._stopping = stopping
        self._criteria = FilterCriteria.of(settings, kind.content_key)
        self._window: TumblingWindow | None = None
        self._news = WakeUp()

    def wake(self) -> None:
        """The stream has news, or reading is to stop."""
        self._news.ring()

    async def run(self) -> bool:
        """True once a closed shard is read to its end; False when stopped."""
        while not self._stopping.is_rung:
            self._news.clear()
            closed = self._closed()
            gathered = await self._gather()
            idle = not gathered.records
            if not idle and not await self._work_off(gathered.records):
                return False
            self._move_to(gathered.scanned)
            if gathered.window_over or (idle and (closed or self._window_has_passed())):
                if not await self._finish_window():
                    return False
                if closed and not gathered.window_over:
                    return True
            elif idle:
                await self._news.wait(self._clock, self._until_next_look_s())
        return False

    async def _work_off(self, records: list[StreamRecord]) -> bool:
        frame: PlainFrame = self._window or PlainFrame()
        return await self._batches.work_off(records, frame)

    def _move_to(self, position: int) -> None:
        if position > self._position:
            self._position = position
            self._passed(position)

    async def _gather(self) -> _Gathered:
        """A batch: as much as there is, or what a batching window brings."""
        gathered = _Gathered([], self._position)
        window_s: float = self._settings.get("MaximumBatchingWindowInSeconds") or 0.0
        ends_at: float | None = None
        while True:
            for record in await self._read(gathered.scanned, READ_AT_MOST):
                if not self._takes(record, gathered):
                    break
            if gathered.filtered:
                self._filtered(gathered.filtered)
                gathered.filtered = 0
            done = gathered.full or gathered.window_over or not gathered.records
            if done or not window_s or self._stopping.is_rung or self._closed():
                return gathered
            now = self._clock.monotonic()
            ends_at = now + window_s / self._waits.scale if ends_at is None else ends_at
            if now >= ends_at:
                return gathered
            self._news.clear()
            await self._news.wait(self._clock, ends_at - now)

    def _takes(self, record: StreamRecord, gathered: _Gathered) -> bool:
        """Look at one more record; False where the batch ends before it."""
        if gathered.full:
            return False
        if self._is_wanted(record):
            entry = self._kind.record(record, self._origin)
            if not self._criteria.lets_pass(self._kind.seen_by_filters(entry)):
                gathered.filtered += 1
            elif self._is_beyond_window(record):
                gathered.window_over = True
                return False
            else:
                size = len(json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace"))
                if gathered.records and gathered.size + size > MAXIMUM_PAYLOAD_BYTES:
                    gathered.full = True
                    return False
                gathered.size += size + 2
                gathered.records.append(record)
                gathered.full = len(gathered.records) >= self._settings["BatchSize"]
        gathered.scanned = record.position
        return True

    def _is_wanted(self, record: StreamRecord) -> bool:
        if record.arrived_at < self._not_before:
            return False
        # Any spread will do that is the same in every process: equal keys share a lane.
        return zlib.crc32(record.partition_key.encode()) % self._lane.count == self._lane.number

    def _is_beyond_window(self, record: StreamRecord) -> bool:
        """Opens the first record's window; says whether a later record is outside of it."""
        length_s = self._settings.get("TumblingWindowInSeconds") or 0
        if not length_s:
            return False
        if self._window is None:
            self._window = TumblingWindow.at(
                record.arrived_at,
                length_s / self._waits.scale,
                self._origin.shard_id,
                self._origin.stream_arn,
            )
        return record.arrived_at >= self._window.end

    def _window_has_passed(self) -> bool:
        return self._window is not None and self._clock.now() >= self._window.end

    def _until_next_look_s(self) -> float:
        if self._window is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(0.0, self._window.end - self._clock.now()))

    async def _finish_window(self) -> bool:
        """The last invocation of a window: no records, the final state. False when stopped."""
        window, self._window = self._window, None
        if window is None or not window.used:
            return True
        window.final = True
        return await self._batches.work_off([], window)
