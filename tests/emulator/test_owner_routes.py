"""The journal's route: pages, and an answer that waits for something to tell."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from lab_helpers.emulator.denials import Denials
from lab_helpers.emulator.http import Headers, Request
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.owner_routes import OwnerRoutes
from tests.fakes import FakeClock


@pytest.fixture
def journal() -> Journal:
    return Journal(FakeClock())


def routes(journal: Journal) -> OwnerRoutes:
    async def reset() -> None: ...

    return OwnerRoutes("secret", journal, Denials(journal), reset, lambda: None)


async def ask(journal: Journal, query: str, key: str = "secret") -> tuple[int, dict[str, Any]]:
    request = Request("GET", "/_dojo/journal", query, Headers([("x-dojo-key", key)]), b"")
    response = await routes(journal).answer(request)
    return response.status, json.loads(response.body)


def test_without_wait_the_answer_comes_at_once_and_names_the_newest(journal: Journal) -> None:
    journal.append("api.call", "r")
    status, told = asyncio.run(ask(journal, "kind=async"))
    assert (status, told) == (200, {"entries": [], "newest": 1})


def test_with_wait_the_answer_comes_with_the_first_entry_that_is_asked_for(
    journal: Journal,
) -> None:
    async def wait() -> dict[str, Any]:
        asked = asyncio.create_task(ask(journal, "kind=async&wait=30"))
        await asyncio.sleep(0)
        journal.append("api.call", "r")
        await asyncio.sleep(0.01)
        assert not asked.done()
        journal.append("async.enqueued", "event")
        return (await asyncio.wait_for(asked, 5))[1]

    told = asyncio.run(wait())
    assert [entry["request_id"] for entry in told["entries"]] == ["event"]
    assert told["newest"] == 2


def test_entries_that_are_there_already_are_not_waited_for(journal: Journal) -> None:
    journal.append("api.call", "r")
    _, told = asyncio.run(asyncio.wait_for(ask(journal, "wait=30"), 5))
    assert len(told["entries"]) == 1


def test_who_comes_from_an_earlier_cloud_is_told_where_this_one_stands(journal: Journal) -> None:
    journal.append("api.call", "r")
    assert asyncio.run(ask(journal, "after=500")) == (200, {"entries": [], "newest": 1})


def test_a_wait_that_ends_with_nothing_says_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def soon_over(seconds: float) -> asyncio.Timeout:
        asked.append(seconds)
        return asyncio.timeouts.timeout(0.001)

    monkeypatch.setattr(asyncio, "timeout", soon_over)
    assert asyncio.run(ask(journal, "wait=20")) == (200, {"entries": [], "newest": 0})
    assert asked == [20]


@pytest.mark.parametrize("query", ["wait=-1", "wait=x", "wait=61", "wait=1.5", "after=x"])
def test_what_is_no_number_is_refused(journal: Journal, query: str) -> None:
    assert asyncio.run(ask(journal, query))[0] == 400


def test_only_the_owner_may_wait(journal: Journal) -> None:
    assert asyncio.run(ask(journal, "wait=30", key="other"))[0] == 403
