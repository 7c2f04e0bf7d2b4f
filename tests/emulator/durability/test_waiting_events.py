"""Asynchronous events outlive the cloud that took them, with the retries they have had."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.durability.waiting_events import KeptEvents
from tests.emulator.invocation.bench import Bench
from tests.emulator.invocation.fake_runtime import REGION, outcome
from tests.fakes import FakeClock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AccountStore]:
    opened = AccountStore(tmp_path)
    yield opened
    opened.close()


def failing(store: AccountStore, clock: FakeClock) -> Bench:
    bench = Bench(waiting=KeptEvents(store), clock=clock)
    bench.runtime.behaviour = lambda _invocation: outcome("ValueError")
    return bench


@pytest.mark.fidelity(
    "Events that wait in Lambda's queue survive a restart; their schedule goes on.",
    page="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
)
def test_retries_go_on_where_the_last_cloud_stopped(store: AccountStore) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        first = failing(store, clock)
        request_id = first.queue.put(REGION, "f", b"{}", "s3")
        await clock.advance(61)
        assert first.attempts() == 2
        await first.queue.close()
        await clock.advance(20)

        second = failing(store, clock)
        second.queue.resume()
        await clock.advance(98)
        assert second.attempts() == 0
        await clock.advance(3)
        assert second.attempts() == 1
        await clock.advance(10_000)

        assert second.attempts() == 1
        assert {one.request_id for one in second.runtime.invocations} == {request_id}
        assert second.kinds()[-1] == "async.dropped"
        assert store.documents("waiting-event") == []

    asyncio.run(scenario())


def test_an_event_that_was_being_attempted_is_attempted_again(store: AccountStore) -> None:
    async def scenario() -> None:
        first = Bench(waiting=KeptEvents(store))
        event = first.queue.accept(REGION, "f", b"payload", "s3")

        second = Bench(waiting=KeptEvents(store))
        second.queue.resume()
        await second.clock.advance(1)

        (run,) = second.runtime.invocations
        assert (run.request_id, run.payload) == (event.request_id, b"payload")
        assert store.documents("waiting-event") == []

    asyncio.run(scenario())


def test_what_the_last_attempt_came_to_is_still_known_to_the_dead_letter(
    store: AccountStore,
) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        first = failing(store, clock)
        first.queue.put(REGION, "f", b"{}", "s3")
        await clock.advance(1)
        await first.queue.close()

        ((_, progress),) = list(KeptEvents(store).all())

        assert progress.last_run is not None
        assert progress.last_run.outcome.error_type == "ValueError"
        assert (progress.retries, progress.invoke_count) == (1, 1)

    asyncio.run(scenario())
