"""Hands the records that a function writes to the platform's sink, and bounds how many."""

from __future__ import annotations

from collections.abc import Iterable

from lab_helpers.clock import Clock
from lab_helpers.emulator.runtime.log_frames import LogFrameParser, LogRecord
from lab_helpers.emulator.runtime.platform_events import FunctionLog, PlatformEventSink

LOG_BUDGET_BYTES = 16 * 1024 * 1024
RECORD_OVERHEAD_BYTES = 256
"""A record costs memory beyond its text, so a flood of empty lines is bounded as well."""


class LogCollector:
    """Attributes: request_id, of the invocation that the next records belong to."""

    def __init__(self, sink: PlatformEventSink, clock: Clock) -> None:
        self.request_id: str | None = None
        self._sink = sink
        self._clock = clock
        self._parser = LogFrameParser()
        self._left = LOG_BUDGET_BYTES
        self._dropped_records = 0
        self._last_time = 0.0

    def begin(self, request_id: str | None) -> None:
        """A phase starts; it has the whole budget."""
        self.request_id = request_id
        self._left = LOG_BUDGET_BYTES

    def consume(self, data: bytes) -> bool:
        """True once the budget is used up: whoever reads for us should slow down."""
        self._hand_over(self._parser.feed(data))
        return self._left <= 0

    def end(self) -> None:
        """A phase is over: nothing of it is held back."""
        self._hand_over(self._parser.flush())
        if self._dropped_records:
            text = f"[lambda-dojo] {self._dropped_records} further records were left out: "
            text += f"one invocation may log {LOG_BUDGET_BYTES // 2**20} MiB here"
            self._sink(FunctionLog(self._clock.now(), text, self.request_id))
            self._dropped_records = 0

    def _hand_over(self, records: Iterable[LogRecord]) -> None:
        for record in records:
            if self._left <= 0:
                self._dropped_records += 1
                continue
            self._left -= len(record.message) + RECORD_OVERHEAD_BYTES
            # What was printed carries no time of its own; the order of the pipe is kept.
            time = self._clock.now() if record.time is None else record.time
            self._last_time = max(self._last_time, time)
            self._sink(FunctionLog(self._last_time, record.message, self.request_id))
