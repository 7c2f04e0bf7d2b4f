"""Reading the journal's end, and following it without asking again and again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from lab_helpers.grading.expectations import CannotLook
from lab_helpers.grading.journal_reader import JournalPage, JournalRecord
from lab_helpers.notebook.timeline import journal_tail
from lab_helpers.notebook.timeline.journal_tail import RETAINED, Follower, JournalTail


class FakeReader:
    """A journal of so many entries; a look with ``wait`` lasts until ``news`` or ``fails``."""

    def __init__(self, entries: int, page: int = 1000) -> None:
        self.entries = entries
        self._page = page
        self.asked: list[Mapping[str, str | int]] = []
        self.changed = threading.Condition()
        self.broken = False

    def page(self, query: Mapping[str, str | int]) -> JournalPage:
        self.asked.append(query)
        after = int(query["after"])
        with self.changed:
            if query.get("wait"):
                self.changed.wait_for(lambda: self.broken or self.entries > after, 10)
            if self.broken:
                raise CannotLook("gone")
            last = min(self.entries, after + self._page)
            records = [
                JournalRecord(n, 0.0, "k", "r", None, {}) for n in range(after + 1, last + 1)
            ]
            return JournalPage(records, self.entries)

    def add(self, entries: int) -> None:
        with self.changed:
            self.entries += entries
            self.changed.notify_all()

    def break_down(self) -> None:
        with self.changed:
            self.broken = True
            self.changed.notify_all()


def tail_of(reader: Any) -> JournalTail:
    return JournalTail(reader)


def test_all_pages_of_a_short_journal_are_read() -> None:
    tail = tail_of(FakeReader(2500))
    assert tail.look()
    assert [tail.records[0].sequence, tail.records[-1].sequence] == [1, 2500]
    assert not tail.look()


def test_of_a_long_journal_only_the_end_is_read() -> None:
    reader = FakeReader(RETAINED * 4, page=5000)
    tail = tail_of(reader)
    tail.look()
    assert [tail.records[0].sequence, len(tail.records)] == [RETAINED * 3 + 1, RETAINED]
    assert len(reader.asked) <= 1 + RETAINED // 5000


def test_a_cloud_that_began_anew_is_read_from_its_beginning() -> None:
    reader = FakeReader(500)
    tail = tail_of(reader)
    tail.look()
    reader.entries = 3
    tail.look()
    assert [record.sequence for record in tail.records] == [1, 2, 3]


def follow(reader: FakeReader) -> tuple[Follower, list[int], threading.Semaphore, threading.Event]:
    tail = tail_of(reader)
    tail.look()
    seen: list[int] = []
    news, ended = threading.Semaphore(0), threading.Event()

    def told() -> None:
        seen.append(len(tail.records))
        news.release()

    follower = Follower(tail, told, ended.set)
    follower.start()
    return follower, seen, news, ended


def test_a_follower_is_told_of_news_and_asks_nothing_in_between() -> None:
    reader = FakeReader(1)
    follower, seen, news, ended = follow(reader)
    reader.add(2)
    assert news.acquire(timeout=5)
    assert seen == [3]
    asked = len(reader.asked)
    assert not ended.wait(0.4)  # longer than what is shown together
    assert len(reader.asked) - asked <= 1  # the one that waits now
    follower.stop()
    reader.add(1)
    assert ended.wait(5)
    assert not follower.is_alive


def test_a_follower_gives_up_when_the_cloud_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_tail, "_TRY_AGAIN_S", 0.001)
    reader = FakeReader(1)
    follower, seen, _news, ended = follow(reader)
    reader.break_down()
    assert ended.wait(5)
    assert seen == []
    assert follower.is_alive is False
