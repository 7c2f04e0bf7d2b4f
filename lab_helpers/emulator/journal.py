"""What happened, in order: API calls, platform events, queue steps, deliveries.

Evidence for checks, the timeline and the bill are read from here. Entries are facts; whoever
reads them gives them meaning.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from lab_helpers.clock import Clock

RETAINED_ENTRIES = 30_000
"""Older entries are dropped: memory stays bounded however long the cloud runs."""


@dataclass(frozen=True)
class JournalEntry:
    """One fact.

    Attributes:
        sequence: 1, 2, 3 …, never reused within one run of the cloud.
        time: seconds since the epoch.
        kind: dotted: ``api.call``, ``invocation.start``, ``invocation.report``,
            ``async.enqueued``, ``delivery.dead_letter`` …
        request_id: of the API call or of the invocation that the entry is about.
        cause_id: request id of what led here (the S3 put behind an invocation), if known.
        data: JSON-serialisable details.
    """

    sequence: int
    time: float
    kind: str
    request_id: str
    cause_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Journal:
    """Append-only; safe to append to from several threads."""

    def __init__(self, clock: Clock, retained: int = RETAINED_ENTRIES) -> None:
        self._clock = clock
        self._newest = 0
        self._entries: deque[JournalEntry] = deque(maxlen=retained)
        self._lock = threading.Lock()
        self._listeners: list[Callable[[JournalEntry], None]] = []
        self._waiting: set[Callable[[], object]] = set()

    def append(
        self, kind: str, request_id: str, *, cause_id: str | None = None, **data: Any
    ) -> JournalEntry:
        with self._lock:  # who has seen entry 11 may never be given entry 10 afterwards
            entry = JournalEntry(
                self._newest + 1, self._clock.now(), kind, request_id, cause_id, data
            )
            self._newest += 1
            self._entries.append(entry)
            waiting, self._waiting = self._waiting, set()
        for arrived in waiting:
            arrived()
        for listener in self._listeners:
            listener(entry)
        return entry

    def now(self) -> float:
        """Seconds since the epoch, by the clock that stamps entries."""
        return self._clock.now()

    @property
    def newest(self) -> int:
        """Sequence of the newest entry; 0 before the first."""
        return self._newest

    def listen(self, listener: Callable[[JournalEntry], None]) -> None:
        self._listeners.append(listener)

    def entries(
        self, after: int = 0, kind: str = "", request_id: str = ""
    ) -> Iterator[JournalEntry]:
        """Entries with a sequence above ``after``; ``kind`` matches as a dotted prefix."""
        for entry in self._above(after):
            if kind and not (entry.kind == kind or entry.kind.startswith(kind + ".")):
                continue
            if request_id and request_id not in (entry.request_id, entry.cause_id):
                continue
            yield entry

    async def wait_for_entry(self, after: int) -> None:
        """Return once there is an entry with a sequence above ``after``; costs nothing till then.

        Belongs to a running event loop; entries may come from any thread.
        """
        loop = asyncio.get_running_loop()
        there = asyncio.Event()

        def arrived() -> None:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(there.set)

        try:
            while True:
                with self._lock:
                    if self._newest > after:
                        return
                    self._waiting.add(arrived)
                await there.wait()
        finally:
            with self._lock:
                self._waiting.discard(arrived)

    def _above(self, after: int) -> list[JournalEntry]:
        """Sequences have no gaps: how many entries are wanted is known without looking at them."""
        with self._lock:
            wanted = max(0, self._newest - after)
            found = list(islice(reversed(self._entries), wanted))
        found.reverse()
        return found
