"""AWS's retry schedule for asynchronous invocations, in milliseconds."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.records import AsyncSettings
from tests.emulator.invocation.bench import Bench
from tests.emulator.invocation.fake_runtime import ARN, REGION, outcome

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"


def test_a_success_runs_once() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(1000)
        assert bench.attempts() == 1
        assert bench.kinds() == ["async.enqueued", "async.attempt", "async.succeeded"]

    asyncio.run(scenario())


def test_the_journal_has_what_a_bill_is_made_from() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.queue.put(REGION, "f", b'"a small event"', "s3")
        await bench.clock.advance(1000)
        (queued,) = bench.journal.entries(kind="async.enqueued")
        assert queued.data["payload_bytes"] == 15
        (started,) = bench.journal.entries(kind="invocation.started")
        assert started.data["provisioned"] is False
        (finished,) = bench.journal.entries(kind="invocation.finished")
        assert finished.data["architecture"] == "x86_64"
        assert finished.data["ephemeral_storage_mb"] == 512

    asyncio.run(scenario())


@pytest.mark.fidelity(
    "A function error of an asynchronous invocation is retried after one and after two more "
    "minutes, with the same request id.",
    page=PAGE,
)
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


def test_an_event_waits_for_a_function_that_is_still_pending() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.refusal = LambdaError("ResourceConflictException", "Pending")
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(0.5)
        assert bench.attempts() == 0
        bench.refusal = None
        await bench.clock.advance(5)
        assert bench.kinds() == ["async.enqueued", "async.attempt", "async.succeeded"]

    asyncio.run(scenario())


@pytest.mark.parametrize(("attempts", "runs"), [(0, 1), (1, 2), (2, 3)])
def test_maximum_retry_attempts_counts_retries_not_runs(attempts: int, runs: int) -> None:
    async def scenario() -> None:
        bench = Bench(AsyncSettings(maximum_retry_attempts=attempts))
        bench.runtime.behaviour = lambda _invocation: outcome("ValueError")
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(1000)
        assert bench.attempts() == runs

    asyncio.run(scenario())


@pytest.mark.fidelity("An event that gets too old is dropped before its retry.", page=PAGE)
@pytest.mark.parametrize(("age_s", "runs"), [(60, 1), (100, 2), (180, 2), (181, 3)])
def test_an_event_older_than_its_maximum_age_is_not_retried(age_s: int, runs: int) -> None:
    async def scenario() -> None:
        bench = Bench(AsyncSettings(maximum_event_age_s=age_s))
        bench.runtime.behaviour = lambda _invocation: outcome("ValueError")
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(1000)
        assert bench.attempts() == runs  # at 0, 60 and 180 seconds
        (last,) = bench.journal.entries(kind="async.dropped")
        assert last.data["reason"] == ("EventAgeExceeded" if runs < 3 else "RetriesExhausted")

    asyncio.run(scenario())


@pytest.mark.fidelity(
    "A throttled event backs off from one second to five minutes and uses up no retry.", page=PAGE
)
def test_throttles_back_off_and_use_up_no_retry() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.target = replace(bench.target, reserved_concurrency=1)
        bench.concurrency.enter(REGION, ARN, 1)
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(1100)
        assert bench.attempts() == 0
        waits = [entry.data["wait_s"] for entry in bench.journal.entries(kind="async.retry")]
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
        assert bench.total("Throttles") == 11
        assert bench.total("Invocations") == bench.total("Errors") == 0
        bench.concurrency.leave(REGION, ARN, 1)
        await bench.clock.advance(300)
        assert bench.attempts() == 1
        assert bench.kinds()[-1] == "async.succeeded"

    asyncio.run(scenario())


def test_throttled_for_six_hours_an_event_is_dropped() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.target = replace(bench.target, reserved_concurrency=1)
        bench.concurrency.enter(REGION, ARN, 1)
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(21_000)
        assert "async.dropped" not in bench.kinds()
        await bench.clock.advance(600)
        assert bench.kinds()[-1] == "async.dropped"

    asyncio.run(scenario())


def test_settings_changed_between_attempts_hold_for_the_next_one() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.runtime.behaviour = lambda _invocation: outcome("ValueError")
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(1)
        settings = AsyncSettings(maximum_retry_attempts=1)
        bench.target = replace(bench.target, async_settings=settings)
        await bench.clock.advance(1000)
        assert bench.attempts() == 2

    asyncio.run(scenario())


def test_the_metrics_of_a_failing_event_are_aws_s() -> None:
    async def scenario() -> None:
        bench = Bench()
        bench.runtime.behaviour = lambda _invocation: outcome("ValueError")
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(1000)
        assert bench.total("AsyncEventsReceived") == 1
        assert bench.total("AsyncEventsDropped") == 1
        assert bench.total("Invocations") == bench.total("Errors") == 3
        ages = [one.value for one in bench.values if one.name == "AsyncEventAge"]
        assert sorted(set(ages)) == [0, 60_000, 180_000]

    asyncio.run(scenario())


@pytest.mark.fidelity("A system error backs off as a throttle does and loses no event.", page=PAGE)
def test_an_environment_that_cannot_be_started_loses_no_event() -> None:
    async def scenario() -> None:
        bench = Bench()
        start, failures = bench.runtime.new_environment, [OSError("no process"), OSError("again")]

        def sometimes(*arguments: Any) -> Any:
            if failures:
                raise failures.pop()
            return start(*arguments)

        bench.runtime.new_environment = sometimes  # type: ignore[method-assign]
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(10)
        waits = [entry.data["wait_s"] for entry in bench.journal.entries(kind="async.retry")]
        assert waits == [1, 2]
        assert bench.attempts() == 1
        assert bench.kinds()[-1] == "async.succeeded"

    asyncio.run(scenario())
