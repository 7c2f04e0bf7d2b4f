"""AWS's retry schedule for asynchronous invocations, in milliseconds.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from lab_helpers.emulator.control_plane.records import AsyncSettings, InvokeTarget
from lab_helpers.emulator.invocation.async_queue import AsyncQueue
from lab_helpers.emulator.invocation.concurrency import Concurrency
from lab_helpers.emulator.invocation.invoker import Invoker
from lab_helpers.emulator.journal import Journal
from tests.emulator.invocation.fake_runtime import REGION, FakeRuntime, outcome, pool, target
from tests.fakes import FakeClock


class Bench:
    """A queue before a runtime that fails as it is told."""

    def __init__(self, settings: AsyncSettings = AsyncSettings()) -> None:
        self.clock = FakeClock()
        self.journal = Journal(self.clock)
        self.runtime = FakeRuntime()
        self.target: InvokeTarget = target(settings=settings)
        invoker = Invoker(
            pool(self.runtime, self.clock), Concurrency(lambda _region: 0), self.journal
        )
        self.queue = AsyncQueue(
            invoker, lambda _region, _name: self.target, self.journal, self.clock
        )

    def attempts(self) -> int:
        return len(self.runtime.invocations)

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.journal.entries(kind="async")]


def test_a_success_runs_once() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(1000)
        assert bench.attempts() == 1
        assert bench.kinds() == ["async.enqueued"]

    asyncio.run(scenario())


def test_a_function_error_is_retried_after_one_and_two_more_minutes_with_one_request_id() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.runtime.behaviour = lambda _invocation: outcome("ValueError")
        request_id = bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(59)
        assert bench.attempts() == 1
        await bench.clock.advance(2)
        assert bench.attempts() == 2
        await bench.clock.advance(118)
        assert bench.attempts() == 2
        await bench.clock.advance(2)
        assert bench.attempts() == 3
        await bench.clock.advance(10_000)
        assert bench.attempts() == 3
        assert {one.request_id for one in bench.runtime.invocations} == {request_id}
        assert bench.kinds()[-1] == "async.dropped"

    asyncio.run(scenario())


def test_maximum_retry_attempts_zero_means_one_attempt() -> None:
    async def scenario() -> None:
        bench = Bench(AsyncSettings(maximum_retry_attempts=0))
        bench.runtime.behaviour = lambda _invocation: outcome("ValueError")
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(1000)
        assert bench.attempts() == 1

    asyncio.run(scenario())


def test_an_event_older_than_its_maximum_age_is_not_retried() -> None:
    async def scenario() -> None:
        bench = Bench(AsyncSettings(maximum_event_age_s=100))
        bench.runtime.behaviour = lambda _invocation: outcome("ValueError")
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(1000)
        assert bench.attempts() == 2  # at 0 s and 60 s; 180 s would be too old
        (last,) = bench.journal.entries(kind="async.dropped")
        assert last.data["reason"] == "EventAgeExceeded"

    asyncio.run(scenario())


def test_throttles_back_off_and_use_up_no_retry() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.target = replace(bench.target, reserved_concurrency=0)
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(100)
        assert bench.attempts() == 0
        waits = [entry.data["wait_s"] for entry in bench.journal.entries(kind="async.retry")]
        assert waits == [1, 2, 4, 8, 16, 32, 64]
        bench.target = replace(bench.target, reserved_concurrency=None)
        await bench.clock.advance(300)
        assert bench.attempts() == 1

    asyncio.run(scenario())
