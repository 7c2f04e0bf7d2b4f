"""What was refused, with the whole decision: for the journal, and for whoever asks why.

- ``api.denied``: a request. ``logs.denied``: log lines of a function. ``service.denied``: what a
  service wanted to do by itself, with an execution role or as a service principal.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterator
from typing import Any

from lab_helpers.emulator.access.decision_record import decision_record
from lab_helpers.emulator.access.evaluation import Decision
from lab_helpers.emulator.journal import Journal, JournalEntry

RETAINED = 500
"""Older denials keep their first facts in the journal and lose their statements."""
REPEATED_AFTER_S = 60.0
"""Pollers ask every second; the same refusal is told once in this time."""

API = "api.denied"
LOGS = "logs.denied"
SERVICE = "service.denied"


class Denials:
    """The last denials. May be told from several threads."""

    def __init__(self, journal: Journal, retained: int = RETAINED) -> None:
        self._journal = journal
        self._kept: deque[tuple[JournalEntry, dict[str, Any]]] = deque()
        self._retained = retained
        self._last_told: dict[tuple[str, str, str, str], float] = {}

    def tell(
        self,
        kind: str,
        request_id: str,
        decision: Decision,
        *,
        cause_id: str | None = None,
        **facts: Any,
    ) -> None:
        """Put a decision that refuses on record.

        Args:
            request_id: empty where AWS would have sent a request of its own.
        """
        record = decision_record(decision)
        entry = self._journal.append(
            kind, request_id or str(uuid.uuid4()), cause_id=cause_id, **facts, decision=record
        )
        self._kept.append((entry, record))
        while len(self._kept) > self._retained:
            _, old = self._kept.popleft()
            old["statements_left_out"] += len(old["statements"])
            old["statements"], old["policies"], old["context"] = [], [], {}

    def tell_once(self, kind: str, request_id: str, decision: Decision, **facts: Any) -> None:
        """The same, unless it was told a moment ago for the same request, if there is one, of the
        same principal for the same resource."""
        asked = decision.request
        what = (asked.principal.arn, asked.action, asked.resource, request_id)
        now = self._journal.now()
        if now - self._last_told.get(what, float("-inf")) < REPEATED_AFTER_S:
            return
        if len(self._last_told) > self._retained:
            self._last_told.clear()
        self._last_told[what] = now
        self.tell(kind, request_id, decision, **facts)

    def newest_first(self, request_id: str = "") -> Iterator[JournalEntry]:
        """With ``request_id``: those of this request, or of what this invocation's code asked."""
        for entry, _ in reversed(list(self._kept)):
            if not request_id or request_id in (entry.request_id, entry.cause_id):
                yield entry

    def forget(self) -> None:
        """A new account has been refused nothing."""
        self._kept.clear()
        self._last_told.clear()
