"""The newest part of the journal, and what is added to it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from lab_helpers.grading.expectations import CannotLook
from lab_helpers.grading.journal_reader import JournalReader, JournalRecord

RETAINED = 15_000
"""Entries: some 2,000 invocations."""
_BEYOND = 2**53
_WAIT_S = 25
_TOGETHER_S = 0.25
"""What comes in this time is shown at once: a picture more often is seen by nobody."""
_TRY_AGAIN_S = 2.0
_MOST_FAILURES = 15


class JournalTail:
    """Entries, oldest first; grows with ``look``."""

    def __init__(self, reader: JournalReader) -> None:
        self._reader = reader
        self._newest: int | None = None
        self.records: deque[JournalRecord] = deque(maxlen=RETAINED)

    def look(self, wait_s: int = 0) -> bool:
        """Take in what is new; whether there was anything.

        Args:
            wait_s: how long the answer may take while there is nothing.

        Raises:
            CannotLook: the backend does not answer.
        """
        if self._newest is None:
            self._newest = max(0, self._reader.page({"after": _BEYOND}).newest - RETAINED)
        found = False
        while True:
            page = self._reader.page({"after": self._newest, "wait": 0 if found else wait_s})
            if page.newest < self._newest:  # the cloud began anew
                self.records.clear()
                self._newest = 0
                continue
            if not page.records:
                self._newest = page.newest
                return found
            found = True
            self.records.extend(page.records)
            self._newest = page.records[-1].sequence
            if self._newest >= page.newest:
                return True

    def of_request(self, request_id: str) -> list[JournalRecord]:
        """What is known of an older request that is no longer in ``records``."""
        return self._reader.page({"after": 0, "request_id": request_id}).records


class Follower:
    """Looks at the journal in a thread of its own, and costs nothing while nothing happens.

    Args:
        news: called in that thread after new entries have been taken in.
        ended: called once, when following ends for whatever reason.
    """

    def __init__(
        self, tail: JournalTail, news: Callable[[], None], ended: Callable[[], None]
    ) -> None:
        self._tail = tail
        self._news = news
        self._ended = ended
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="timeline", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns at once; the thread ends with its present wait."""
        self._stop.set()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive() and not self._stop.is_set()

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set() and failures < _MOST_FAILURES:
            try:
                found = self._tail.look(_WAIT_S)
            except CannotLook:  # the cloud may be starting anew
                failures += 1
                self._stop.wait(_TRY_AGAIN_S)
                continue
            failures = 0
            if found and not self._stop.is_set():
                self._news()
                self._stop.wait(_TOGETHER_S)
        self._ended()
