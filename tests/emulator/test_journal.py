"""The journal keeps its order whoever writes, and tells who waits."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from lab_helpers.emulator.journal import Journal
from tests.fakes import FakeClock


def test_only_the_newest_entries_are_kept_and_after_still_fits() -> None:
    journal = Journal(FakeClock(), retained=3)
    for number in range(1, 6):
        journal.append("api.call", f"r{number}")
    assert [entry.sequence for entry in journal.entries()] == [3, 4, 5]
    assert [entry.sequence for entry in journal.entries(after=4)] == [5]
    assert list(journal.entries(after=5)) == []
    assert list(journal.entries(after=99)) == []
    assert journal.newest == 5


def test_kind_is_a_dotted_prefix_and_a_request_finds_what_it_caused() -> None:
    journal = Journal(FakeClock())
    journal.append("async.enqueued", "event", cause_id="put")
    journal.append("asynchronous", "other")
    assert [entry.kind for entry in journal.entries(kind="async")] == ["async.enqueued"]
    assert [entry.request_id for entry in journal.entries(request_id="put")] == ["event"]


def test_entries_of_many_threads_have_no_gap_and_stand_in_order() -> None:
    journal = Journal(FakeClock())
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: journal.append("api.call", str(number)), range(2000)))
    assert [entry.sequence for entry in journal.entries()] == list(range(1, 2001))


def test_who_waits_is_told_of_an_entry_from_another_thread() -> None:
    async def wait() -> None:
        journal = Journal(FakeClock())
        waiting = asyncio.create_task(journal.wait_for_entry(0))
        await asyncio.sleep(0)
        assert not waiting.done()
        threading.Thread(target=journal.append, args=("api.call", "r")).start()
        await asyncio.wait_for(waiting, 5)

    asyncio.run(wait())


def test_who_has_not_seen_the_newest_does_not_wait() -> None:
    async def wait() -> None:
        journal = Journal(FakeClock())
        journal.append("api.call", "r")
        await asyncio.wait_for(journal.wait_for_entry(0), 5)

    asyncio.run(wait())


def test_an_entry_after_the_waiting_loop_has_ended_disturbs_nobody() -> None:
    journal = Journal(FakeClock())

    async def give_up() -> None:
        waiting = asyncio.create_task(journal.wait_for_entry(0))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(give_up())
    assert journal.append("api.call", "r").sequence == 1
