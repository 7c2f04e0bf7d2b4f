"""One environment's log stream: takes platform events, writes lines, keeps an invocation's tail."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from lab_helpers.emulator.invocation.log_lines import json_lines, text_lines
from lab_helpers.emulator.invocation.system_log_level import is_sent
from lab_helpers.emulator.runtime.platform_events import (
    FunctionLog,
    InitReport,
    InitStart,
    PlatformEvent,
    Report,
    Start,
)
from lab_helpers.emulator.runtime.spec import InvocationStatus

TAIL_BYTES = 4096
"""LogType=Tail returns the last 4 KB: API_Invoke, ``LogResult``."""
FLUSH_AFTER_S = 0.05
FLUSH_AT_LINES = 1000


class LogSink(Protocol):
    """Where lines go."""

    def put(self, region: str, group: str, stream: str, lines: Sequence[tuple[int, str]]) -> None:
        """Append (milliseconds since the epoch, message) pairs."""


class LogStream:
    """A sink for one environment's platform events.

    Lines are gathered for a moment and written together; at an invocation's report everything
    is written, so that who sees the answer finds the log.
    """

    def __init__(
        self,
        sink: LogSink,
        region: str,
        group: str,
        stream: str,
        log_format: str,
        listener: Callable[[str, PlatformEvent], None],
        system_log_level: str | None = None,
    ) -> None:
        self.group = group
        self.name = stream
        self.init_failed = False
        self._sink = sink
        self._region = region
        self._is_json = log_format == "JSON"
        self._system_log_level = system_log_level
        self._listener = listener
        self._waiting: list[tuple[int, str]] = []
        self._tail: list[str] = []
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, event: PlatformEvent) -> None:
        if isinstance(event, Start):
            self._tail = []
        if isinstance(event, InitReport) and event.status is not InvocationStatus.SUCCESS:
            self.init_failed = True
        timestamp = int(event.time * 1000)
        for line in self._lines(event):
            self._waiting.append((timestamp, line))
            if not isinstance(event, InitStart):
                self._remember(line)
        if not isinstance(event, FunctionLog):
            self._listener(self.name, event)
        if isinstance(event, Report) or len(self._waiting) >= FLUSH_AT_LINES:
            self.flush()
        elif self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_AFTER_S, self.flush)

    def _lines(self, event: PlatformEvent) -> Iterator[str]:
        if not self._is_json:
            yield from text_lines(event)
        elif is_sent(event, self._system_log_level):
            yield from json_lines(event)

    def flush(self) -> None:
        """Write what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            lines, self._waiting = self._waiting, []
            self._sink.put(self._region, self.group, self.name, lines)

    def tail(self) -> str:
        """The last 4 KB of the last invocation's lines, base64: ``X-Amz-Log-Result``."""
        content = "".join(self._tail).encode()[-TAIL_BYTES:]
        return base64.b64encode(content).decode()

    def _remember(self, line: str) -> None:
        self._tail.append(line)
        if len(self._tail) > 2 * TAIL_BYTES:  # every line has one byte at least
            del self._tail[:-TAIL_BYTES]
