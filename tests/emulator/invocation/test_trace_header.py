"""Lineage in the tracing header, and loops that end by it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.control_plane.records import AsyncSettings
from lab_helpers.emulator.invocation.invoker import LOOP_LIMIT, RecursiveInvocationError
from lab_helpers.emulator.invocation.trace_header import TraceHeader
from lab_helpers.emulator.runtime.spec import Invocation
from tests.emulator.invocation.bench import Bench
from tests.emulator.invocation.fake_runtime import ARN, REGION

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
OTHER = ARN + "-other"


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    header = TraceHeader.parse(text)
    assert TraceHeader.parse(str(header)) == header


def test_the_first_invocation_of_a_chain_looks_as_at_aws() -> None:
    text = str(TraceHeader.new().entering(ARN))
    assert text.rpartition(";Sampled=0;Lineage=1:")[2].endswith(":0")


def test_root_and_sampling_stay_and_the_parent_changes() -> None:
    text = "Root=1-6736a5ff-25b8e80625995fc3195d1db8;Parent=1cd4b7ac54511616;Sampled=1"
    header = TraceHeader.parse(text).entering(ARN)
    assert (header.root, header.sampled) == ("1-6736a5ff-25b8e80625995fc3195d1db8", "1")
    assert header.parent != "1cd4b7ac54511616"


def test_each_function_of_a_chain_is_counted_and_survives_quoting() -> None:
    header = TraceHeader.new()
    for _ in range(3):
        header = TraceHeader.parse(quote(str(header.entering(ARN).entering(OTHER))))
    assert header.requests == 6
    assert header.passes(ARN) == header.passes(OTHER) == 3
    assert header.passes("unseen") == 0


def chained(bench: Bench, times: int) -> str:
    """The header after an event has passed the function ``times`` times."""

    async def scenario() -> str:
        header = ""
        for number in range(times):
            invocation = Invocation(f"id-{number}", b"{}", ARN, trace_id=header)
            header = (await bench.invoker.run(bench.target, invocation, "sqs")).trace_header
        return header

    return asyncio.run(scenario())


@pytest.mark.fidelity(
    "A function that one chain of requests has invoked 16 times is not invoked again.",
    page=PAGE,
    difference="AWS says approximately 16.",
)
def test_a_loop_ends_after_sixteen_invocations() -> None:
    bench = Bench()
    header = chained(bench, LOOP_LIMIT)
    with pytest.raises(RecursiveInvocationError):
        asyncio.run(
            bench.invoker.run(bench.target, Invocation("last", b"{}", ARN, trace_id=header), "sqs")
        )
    assert bench.attempts() == 16
    assert bench.total("RecursiveInvocationsDropped") == 1
    assert bench.total("Invocations") == 16


@pytest.mark.fidelity("RecursiveLoop Allow lets a loop run, without a metric.", page=PAGE)
def test_a_function_may_be_allowed_to_loop() -> None:
    bench = Bench()
    bench.target = replace(bench.target, recursive_loop="Allow")
    chained(bench, 40)
    assert bench.attempts() == 40
    assert bench.total("RecursiveInvocationsDropped") == 0


@pytest.mark.fidelity(
    "The event of a stopped loop goes to the dead-letter queue or the failure destination.",
    page=PAGE,
    difference="AWS documents no condition for its record; here it is RecursiveInvocation.",
)
def test_the_event_of_a_stopped_loop_goes_to_the_failure_destination() -> None:
    bench = Bench(AsyncSettings(on_failure_arn=QUEUE))
    header = chained(bench, LOOP_LIMIT)

    async def scenario() -> None:
        bench.queue.put(REGION, "f", b"{}", "sns", trace_header=header)
        await bench.clock.advance(1)

    asyncio.run(scenario())
    assert len(bench.sent) == 1
    (dropped,) = bench.journal.entries(kind="async.dropped")
    assert dropped.data["reason"] == "RecursiveInvocation"


def test_retries_of_one_event_are_one_pass() -> None:
    bench = Bench()
    header = chained(bench, 3)

    async def scenario() -> list[str]:
        bench.queue.put(REGION, "f", b"{}", "sns", trace_header=header)
        await bench.clock.advance(1)
        return [one.trace_id for one in bench.runtime.invocations]

    assert TraceHeader.parse(asyncio.run(scenario())[-1]).passes(ARN) == 4


def test_the_invocation_behind_a_call_is_known_by_its_header() -> None:
    bench = Bench()
    header = chained(bench, 2)
    assert bench.invoker.request_behind(header) == "id-1"
    assert bench.invoker.request_behind("") is None
