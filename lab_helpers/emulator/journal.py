"""What happened, in order: API calls, platform events, queue steps, deliveries.

Evidence for checks, the timeline and the bill are read from here. Entries are facts; whoever
reads them gives them meaning.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lab_helpers.clock import Clock

RETAINED_ENTRIES = 100_000
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
    """Append-only; safe to append to from several threads (one ``deque.append`` per entry)."""

    def __init__(self, clock: Clock, retained: int = RETAINED_ENTRIES) -> None:
        self._clock = clock
        self._sequence = itertools.count(1)
        self._entries: deque[JournalEntry] = deque(maxlen=retained)
        self._listeners: list[Callable[[JournalEntry], None]] = []

    def append(
        self, kind: str, request_id: str, *, cause_id: str | None = None, **data: Any
    ) -> JournalEntry:
        entry = JournalEntry(
            next(self._sequence), self._clock.now(), kind, request_id, cause_id, data
        )
        self._entries.append(entry)
        for listener in self._listeners:
            listener(entry)
        return entry

    def now(self) -> float:
        """Seconds since the epoch, by the clock that stamps entries."""
        return self._clock.now()

    def listen(self, listener: Callable[[JournalEntry], None]) -> None:
        self._listeners.append(listener)

    def entries(
        self, after: int = 0, kind: str = "", request_id: str = ""
    ) -> Iterator[JournalEntry]:
        """Entries with a sequence above ``after``; ``kind`` matches as a dotted prefix."""
        for entry in list(self._entries):
            if entry.sequence <= after:
                continue
            if kind and not (entry.kind == kind or entry.kind.startswith(kind + ".")):
                continue
            if request_id and request_id not in (entry.request_id, entry.cause_id):
                continue
            yield entry
