"""How a queue is read for a function: batches, deletion, redelivery, concurrency."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from lab_helpers.emulator.event_sources.sqs_poller import SqsPoller
from tests.emulator.event_sources.stand_ins import (
    QUEUE_ARN,
    Bench,
    FakeQueue,
    Function,
    Handler,
    Throttle,
    mapping,
)

BATCHING = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"
ERRORS = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
SCALING = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
REPORTS = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


class Polled(Bench):
    """A queue, its function and the poller between them."""

    def __init__(self, handler: Handler = lambda _event: None, **settings: Any) -> None:
        super().__init__(Function(handler), settings.pop("scale", 1.0))
        self.queue = FakeQueue(self.clock)
        self.poller = SqsPoller(
            mapping(QUEUE_ARN, **{"BatchSize": 10, **settings}),
            self.queue,
            self.invoker,
            self.clock,
            self.waits,
        )
        self.queue.changed = self.poller.wake

    async def start(self) -> None:
        self.task = await self.run(self.poller)

    async def send(self, *bodies: str, group: str | None = None) -> None:
        self.queue.send(*bodies, group=group)
        await self.quiet()

    async def advance(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self.quiet()

    def batches(self) -> list[list[str]]:
        return [[one["body"] for one in records] for records in self.function.records()]


def play(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scenario())


def fail(_event: dict[str, Any]) -> None:
    raise ValueError("no")


def test_a_success_deletes_the_batch() -> None:
    async def scenario() -> None:
        bench = Polled()
        bench.queue.send("a", "b", "c")
        await bench.start()
        assert bench.batches() == [["a", "b", "c"]]
        assert bench.queue.deleted == ["m1", "m2", "m3"]
        await bench.poller.close()

    play(scenario)


def test_a_failure_leaves_all_messages_hidden_until_the_visibility_timeout() -> None:
    async def scenario() -> None:
        bench = Polled(fail)
        bench.queue.send("a", "b")
        await bench.start()
        assert bench.queue.deleted == []
        assert bench.queue.handed_back == [(["m1", "m2"], 30.0)]
        await bench.advance(29.9)
        assert len(bench.batches()) == 1
        await bench.advance(0.2)
        assert bench.batches() == [["a", "b"]] * 2
        counts = [r["attributes"]["ApproximateReceiveCount"] for r in bench.function.records()[1]]
        assert counts == ["2", "2"]
        await bench.poller.close()

    play(scenario)


def test_the_wait_for_redelivery_is_shortened_by_the_time_scale() -> None:
    async def scenario() -> None:
        bench = Polled(fail, scale=60)
        bench.queue.send("a")
        await bench.start()
        assert bench.queue.handed_back == [(["m1"], 0.5)]
        await bench.poller.close()

    play(scenario)


def test_reported_items_alone_come_back() -> None:
    async def scenario() -> None:
        bench = Polled(lambda _event: {"batchItemFailures": [{"itemIdentifier": "m2"}]}, **REPORTS)
        bench.queue.send("a", "b", "c")
        await bench.start()
        assert bench.queue.deleted == ["m1", "m3"]
        assert bench.queue.handed_back == [(["m2"], 30.0)]
        await bench.poller.close()

    play(scenario)


def test_without_the_setting_nobody_reads_the_report() -> None:
    async def scenario() -> None:
        bench = Polled(lambda _event: {"batchItemFailures": [{"itemIdentifier": "m1"}]})
        bench.queue.send("a")
        await bench.start()
        assert bench.queue.deleted == ["m1"]
        await bench.poller.close()

    play(scenario)


def test_a_report_that_cannot_be_read_fails_the_whole_batch() -> None:
    async def scenario() -> None:
        bench = Polled(lambda _event: {"batchItemFailures": [{"id": "m1"}]}, **REPORTS)
        bench.queue.send("a", "b")
        await bench.start()
        assert bench.queue.deleted == []
        assert bench.queue.handed_back == [(["m1", "m2"], 30.0)]
        await bench.poller.close()

    play(scenario)


def test_a_batch_has_at_most_the_batch_size() -> None:
    async def scenario() -> None:
        bench = Polled(BatchSize=2)
        bench.queue.send(*"abcde")
        await bench.start()
        assert sorted(bench.batches()) == [["a", "b"], ["c", "d"], ["e"]]
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "A batching window gathers messages until the batch is full or the window over",
    page=BATCHING,
)
def test_a_window_gathers_until_the_batch_is_full() -> None:
    async def scenario() -> None:
        bench = Polled(BatchSize=3, MaximumBatchingWindowInSeconds=10)
        await bench.start()
        await bench.send("a")
        await bench.advance(9)
        await bench.send("b")
        assert bench.batches() == []
        await bench.send("c", "d")
        assert bench.batches() == [["a", "b", "c"]]
        await bench.advance(9.9)
        assert len(bench.batches()) == 1
        await bench.advance(0.2)
        assert bench.batches() == [["a", "b", "c"], ["d"]]
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "A batch ends at 6 MB whatever its size setting",
    page=BATCHING,
)
def test_a_batch_ends_at_the_payload_limit() -> None:
    async def scenario() -> None:
        bench = Polled()
        bench.queue.send(*("x" * 1_000_000 for _ in range(8)))
        await bench.start()
        assert [len(one) for one in bench.batches()] == [6, 2]
        assert len(bench.queue.deleted) == 8
        await bench.poller.close()

    play(scenario)


def test_what_no_filter_lets_pass_is_deleted_unseen() -> None:
    async def scenario() -> None:
        pattern = json.dumps({"body": {"kind": ["order"]}})
        bench = Polled(FilterCriteria={"Filters": [{"Pattern": pattern}]})
        bench.queue.send('{"kind": "order"}', '{"kind": "refund"}', "plain")
        await bench.start()
        assert bench.batches() == [['{"kind": "order"}']]
        assert bench.queue.deleted == ["m2", "m3", "m1"]
        (entry,) = bench.journal.entries(kind="mapping.filtered")
        assert entry.data["items"] == ["m2", "m3"]
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "A throttled batch is tried again until the visibility timeout is over",
    page=ERRORS,
)
def test_throttles_are_tried_again_while_the_messages_are_hidden() -> None:
    free = False

    def handler(_event: dict[str, Any]) -> None:
        if not free:
            raise Throttle

    async def scenario() -> None:
        nonlocal free
        bench = Polled(handler)
        bench.queue.send("a")
        await bench.start()
        await bench.advance(3)  # after 1 and 2 more seconds
        assert len(bench.batches()) == 3
        assert bench.queue.handed_back == []
        free = True
        await bench.advance(4)
        assert bench.queue.deleted == ["m1"]
        await bench.poller.close()

    play(scenario)


def test_a_throttle_that_outlasts_the_visibility_timeout_gives_the_messages_back() -> None:
    def handler(_event: dict[str, Any]) -> None:
        raise Throttle

    async def scenario() -> None:
        bench = Polled(handler)
        bench.queue.send("a")
        await bench.start()
        await bench.advance(29)
        assert [ids for ids, _ in bench.queue.handed_back] == [["m1"]]
        assert bench.queue.messages[0].received == 1
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "Five batches of a standard queue are worked on at first; MaximumConcurrency sets the limit",
    page=SCALING,
)
@pytest.mark.parametrize(("settings", "most"), [({}, 5), ({"MaximumConcurrency": 2}, 2)])
def test_batches_at_once_are_limited(settings: dict[str, int], most: int) -> None:
    async def scenario() -> None:
        bench = Polled(BatchSize=1, ScalingConfig=settings)
        bench.function.gate.clear()
        bench.queue.send(*"abcdefgh")
        await bench.start()
        assert bench.function.running == most
        bench.function.gate.set()
        await bench.quiet()
        assert len(bench.queue.deleted) == 8
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "A backlog adds up to 300 concurrent batches a minute; failures take them back",
    page=SCALING,
)
def test_a_backlog_lets_a_standard_queue_scale_up_and_failures_scale_it_down() -> None:
    async def scenario() -> None:
        bench = Polled(BatchSize=1)
        bench.queue.timeout_s = 1000
        bench.function.gate.clear()
        bench.queue.send(*"abcdefghijklmnopqrstuvwxyz")
        await bench.start()
        await bench.advance(2)
        assert 10 <= bench.function.running <= 15  # five more each second
        bench.function.handler = fail
        bench.function.gate.set()
        await bench.quiet()
        bench.function.gate.clear()
        bench.queue.send(*"0123456789")
        await bench.quiet()
        assert bench.function.running == 2
        await bench.poller.close()

    play(scenario)


def test_a_group_keeps_its_order_across_batches() -> None:
    async def scenario() -> None:
        bench = Polled(BatchSize=1)
        bench.function.gate.clear()
        bench.queue.send("a1", "a2", group="a")
        bench.queue.send("b1", group="b")
        await bench.start()
        assert bench.batches() == [["a1"], ["b1"]]
        bench.function.gate.set()
        await bench.quiet()
        assert bench.batches() == [["a1"], ["b1"], ["a2"]]
        await bench.poller.close()

    play(scenario)


def test_a_group_that_failed_begins_again_with_the_failed_message() -> None:
    failed: list[str] = []

    def once(event: dict[str, Any]) -> None:
        body = event["Records"][0]["body"]
        if body == "a2" and body not in failed:
            failed.append(body)
            raise ValueError

    async def scenario() -> None:
        bench = Polled(once, BatchSize=1)
        bench.queue.send("a1", "a2", "a3", group="a")
        await bench.start()
        assert bench.batches() == [["a1"], ["a2"]]
        await bench.advance(30.1)
        assert bench.batches() == [["a1"], ["a2"], ["a2"], ["a3"]]
        await bench.poller.close()

    play(scenario)


def test_a_stopped_poller_reads_no_more_but_finishes_what_runs() -> None:
    async def scenario() -> None:
        bench = Polled(BatchSize=1)
        bench.function.gate.clear()
        await bench.start()
        await bench.send("a")
        bench.poller.stop()
        await bench.task
        bench.queue.send("b")
        bench.function.gate.set()
        await bench.quiet()
        assert bench.queue.deleted == ["m1"]
        assert bench.batches() == [["a"]]

    play(scenario)


def test_an_idle_queue_is_looked_at_every_twenty_seconds_only() -> None:
    async def scenario() -> None:
        bench = Polled()
        await bench.start()
        before = bench.queue.looks
        await bench.advance(199)
        assert bench.queue.looks - before <= 10
        await bench.poller.close()

    play(scenario)


def test_without_the_role_s_leave_no_message_is_received() -> None:
    async def scenario() -> None:
        bench = Polled()
        bench.permitted = False
        await bench.start()
        await bench.send("a")
        assert bench.queue.looks == 0
        bench.permitted = True
        await bench.advance(20)
        assert bench.queue.deleted == ["m1"]
        await bench.poller.close()

    play(scenario)


def test_a_queue_or_function_that_is_gone_is_no_end() -> None:
    async def scenario() -> None:
        bench = Polled()
        bench.queue.exists = False
        await bench.start()
        assert "mapping.source_gone" in bench.kinds()
        bench.queue.exists = True
        bench.function.exists = False
        await bench.send("a")
        assert bench.batches() == []
        assert bench.queue.messages[0].received == 0
        bench.function.exists = True
        await bench.advance(20)
        assert bench.batches() == [["a"]]
        await bench.poller.close()

    play(scenario)
