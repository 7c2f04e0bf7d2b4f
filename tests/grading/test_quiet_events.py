"""An event is under way from its acceptance to its success or its loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lab_helpers.backends.backend import Capability
from lab_helpers.grading import quiet_events
from lab_helpers.grading.journal_reader import JournalRecord
from lab_helpers.grading.quiet_events import events_under_way, wait_until_quiet
from tests.grading.stand_ins import BACKEND

CHARGE = "arn:aws:lambda:us-east-1:123456789012:function:charge-card"


def record(kind: str, request_id: str, function: str = CHARGE) -> JournalRecord:
    return JournalRecord(1, 0.0, kind, request_id, None, {"function": function})


class Told:
    """A journal that tells what it is given, by kind."""

    def __init__(self, *records: JournalRecord) -> None:
        self._records = records

    def records(self, *, after: int = 0, kind: str = "") -> list[JournalRecord]:
        return [one for one in self._records if one.kind == kind]


def under_way(*records: JournalRecord) -> set[str]:
    journal: Any = Told(*records)
    return events_under_way(journal, ["charge-card"])


def test_an_event_that_succeeded_or_was_dropped_is_over() -> None:
    queued = [record("async.enqueued", one) for one in ("waiting", "done", "lost")]
    ended = [record("async.succeeded", "done"), record("async.dropped", "lost")]
    assert under_way(*queued, *ended) == {"waiting"}


def test_events_of_versions_and_aliases_count_and_those_of_others_do_not() -> None:
    assert under_way(
        record("async.enqueued", "of a version", f"{CHARGE}:3"),
        record("async.enqueued", "of another function", f"{CHARGE}-2"),
    ) == {"of a version"}


def test_waiting_ends_with_the_last_event(monkeypatch: pytest.MonkeyPatch) -> None:
    states: Iterator[Told] = iter([Told(record("async.enqueued", "a")), Told()])
    pauses: list[float] = []

    class Journal:
        def __init__(self, *_: str) -> None:
            self._now = next(states)

        def records(self, *, after: int = 0, kind: str = "") -> list[JournalRecord]:
            return self._now.records(kind=kind)

        def pause(self, seconds: float) -> None:
            pauses.append(seconds)
            self._now = next(states)

    journal = Journal()
    monkeypatch.setattr(quiet_events, "JournalReader", lambda *_: journal)
    capabilities = BACKEND.capabilities | {Capability.JOURNAL}
    wait_until_quiet(
        replace(BACKEND, capabilities=capabilities), ["charge-card"], pause=journal.pause
    )
    assert len(pauses) == 1


def test_nobody_waits_where_no_journal_is_kept() -> None:
    wait_until_quiet(BACKEND, ["charge-card"], pause=lambda _: pytest.fail("waited"))
