"""How a stream is read for a function: order, retries, bisecting, age, windows, shards."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from lab_helpers.emulator.event_sources.checkpoints import Checkpoints
from lab_helpers.emulator.event_sources.failed_batches import FailedBatches
from lab_helpers.emulator.event_sources.kinesis_poller import kinesis_poller
from lab_helpers.emulator.event_sources.stream_poller import StreamPoller, StreamReading
from lab_helpers.emulator.invocation.deliveries import (
    Delivery,
    DeliveryError,
    Origin,
    QueueMessage,
    StoredObject,
)
from tests.emulator.event_sources.stand_ins import (
    FUNCTION_ARN,
    QUEUE_ARN,
    REGION,
    ROLE,
    STREAM_ARN,
    Bench,
    FakeStream,
    Function,
    Handler,
    Throttle,
    mapping,
)

DOCS = "https://docs.aws.amazon.com/lambda/latest/dg"
KINESIS = f"{DOCS}/with-kinesis.html"
FAILURES = f"{DOCS}/kinesis-on-failure-destination.html"
PARTIAL = f"{DOCS}/services-kinesis-batchfailurereporting.html"
FILTERING = f"{DOCS}/invocation-eventfiltering.html"
WINDOWS = f"{DOCS}/services-kinesis-windows.html"
REPORTS = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
TO_QUEUE = {"DestinationConfig": {"OnFailure": {"Destination": QUEUE_ARN}}}


class Streamed(Bench):
    """A stream, its function, and pollers between them."""

    def __init__(self, handler: Handler = lambda _event: None, **settings: Any) -> None:
        super().__init__(Function(handler), settings.pop("scale", 1.0))
        self.stream = FakeStream(self.clock, *settings.pop("shards", ()))
        self.sent: list[Delivery] = []
        self.reports: list[str] = []
        self.lost = False
        self.checkpoints = Checkpoints()
        self.reading = StreamReading(
            self.stream,
            self.invoker,
            FailedBatches(self.invoker, self._deliver),
            self.checkpoints,
            self.clock,
            self.waits,
            lambda _mapping, text: self.reports.append(text),
        )
        self.settings = {
            "BatchSize": 100,
            "StartingPosition": "TRIM_HORIZON",
            "MaximumRetryAttempts": -1,
            "MaximumRecordAgeInSeconds": -1,
            **settings,
        }
        self.created_at = self.clock.now()

    async def _deliver(self, what: Delivery, _origin: Origin) -> None:
        if self.lost:
            raise DeliveryError("gone")
        self.sent.append(what)

    async def start(self, **settings: Any) -> StreamPoller:
        made = mapping(STREAM_ARN, **{**self.settings, **settings})
        made.created_at = self.created_at
        self.poller = kinesis_poller(made, self.reading)
        self.stream.changed = self.poller.wake
        self.task = await self.run(self.poller)
        return self.poller

    async def put(self, *data: str, key: str = "k", shard: str = "") -> None:
        for one in data:
            self.stream.put(one, key, shard)
        await self.quiet()

    async def advance(self, seconds: float) -> None:
        for _ in range(4):
            await self.clock.advance(seconds / 4)
            await self.quiet()

    def batches(self) -> list[list[str]]:
        return [data_of(event) for event in self.function.events]


def data_of(event: dict[str, Any]) -> list[str]:
    return [b64decode(one["kinesis"]["data"]).decode() for one in event["Records"]]


def play(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scenario())


def fail(_event: dict[str, Any]) -> None:
    raise ValueError("no")


def fails_with(bad: str) -> Handler:
    def handler(event: dict[str, Any]) -> None:
        if bad in data_of(event):
            raise ValueError(bad)

    return handler


def test_records_arrive_as_aws_describes_them() -> None:
    async def scenario() -> None:
        bench = Streamed()
        bench.stream.put("hello", key="user-1")
        poller = await bench.start()
        (event,) = bench.function.events
        assert event == {
            "Records": [
                {
                    "kinesis": {
                        "kinesisSchemaVersion": "1.0",
                        "partitionKey": "user-1",
                        "sequenceNumber": "1",
                        "data": "aGVsbG8=",
                        "approximateArrivalTimestamp": 1_790_000_000.0,
                    },
                    "eventSource": "aws:kinesis",
                    "eventVersion": "1.0",
                    "eventID": "shardId-0:1",
                    "eventName": "aws:kinesis:record",
                    "invokeIdentityArn": ROLE,
                    "awsRegion": REGION,
                    "eventSourceARN": STREAM_ARN,
                }
            ]
        }
        assert bench.reports == ["OK"]
        await poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "Reading begins at TRIM_HORIZON, LATEST or AT_TIMESTAMP",
    page=KINESIS,
)
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"StartingPosition": "TRIM_HORIZON"}, [["old", "new"], ["newer"]]),
        ({"StartingPosition": "LATEST"}, [["newer"]]),
        (
            {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1_790_000_005.0},
            [["new"], ["newer"]],
        ),
    ],
)
def test_reading_begins_at_the_starting_position(
    settings: dict[str, Any], expected: list[list[str]]
) -> None:
    async def scenario() -> None:
        bench = Streamed(**settings)
        bench.stream.put("old")
        await bench.clock.advance(10)
        bench.stream.put("new")
        await bench.clock.advance(10)
        bench.created_at = bench.clock.now()
        await bench.start()
        await bench.put("newer")
        assert bench.batches() == expected
        await bench.poller.close()

    play(scenario)


def test_nothing_behind_a_failing_batch_is_read_from_its_shard() -> None:
    async def scenario() -> None:
        bench = Streamed(fails_with("bad"), shards=("s-0", "s-1"), BatchSize=1)
        await bench.start()
        await bench.put("bad", "good", shard="s-0")
        await bench.put("fine", shard="s-1")
        assert bench.batches() == [["bad"], ["fine"]]
        await bench.advance(1000)
        assert ["good"] not in bench.batches()
        assert bench.reports[-1] == "PROBLEM: Function call failed"
        bench.function.handler = lambda _event: None
        await bench.advance(100)
        assert bench.batches()[-2:] == [["bad"], ["good"]]
        assert bench.reports[-1] == "OK"
        await bench.poller.close()

    play(scenario)


def test_retries_end_in_a_record_of_the_failure() -> None:
    async def scenario() -> None:
        bench = Streamed(fails_with("bad"), MaximumRetryAttempts=2, **TO_QUEUE)
        bench.stream.put("bad")
        bench.stream.put("too")
        await bench.start()
        await bench.advance(60)
        await bench.put("good")
        assert bench.batches() == [["bad", "too"]] * 3 + [["good"]]
        (message,) = bench.sent
        assert isinstance(message, QueueMessage)
        record = json.loads(message.body)
        assert record["requestContext"].pop("requestId")
        assert record.pop("timestamp").startswith("2026-")
        arrived = "2026-09-21T14:13:20.000Z"
        assert record == {
            "requestContext": {
                "functionArn": FUNCTION_ARN,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 3,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
            "KinesisBatchInfo": {
                "shardId": "shardId-0",
                "startSequenceNumber": "1",
                "endSequenceNumber": "2",
                "approximateArrivalOfFirstRecord": arrived,
                "approximateArrivalOfLastRecord": arrived,
                "batchSize": 2,
                "streamArn": STREAM_ARN,
            },
        }
        await bench.poller.close()

    play(scenario)


def test_a_bucket_gets_the_records_too() -> None:
    async def scenario() -> None:
        target = {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::failures"}}}
        bench = Streamed(fail, MaximumRetryAttempts=0, **target)
        bench.stream.put("bad")
        await bench.start()
        (item,) = bench.sent
        assert isinstance(item, StoredObject)
        uuid = "01234567-89ab-4cde-8f01-23456789abcd"
        start = f"aws/lambda/{uuid}/shardId-0/2026/09/21/2026-09-21T14.13.20-"
        assert item.key.startswith(start)
        assert data_of(json.loads(item.body)["payload"]) == ["bad"]
        await bench.poller.close()

    play(scenario)


def test_a_destination_that_is_gone_does_not_stop_the_shard() -> None:
    async def scenario() -> None:
        bench = Streamed(fails_with("bad"), MaximumRetryAttempts=0, **TO_QUEUE)
        bench.lost = True
        await bench.start()
        await bench.put("bad")
        await bench.put("good")
        assert bench.batches() == [["bad"], ["good"]]
        assert "mapping.delivery_failed" in bench.kinds()
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "Splitting a batch does not use up the retry quota",
    page=FAILURES,
)
def test_bisecting_isolates_the_bad_record_and_uses_up_no_retry() -> None:
    async def scenario() -> None:
        bench = Streamed(
            fails_with("bad"), BisectBatchOnFunctionError=True, MaximumRetryAttempts=0, **TO_QUEUE
        )
        for one in ("a", "b", "bad", "d"):
            bench.stream.put(one)
        await bench.start()
        assert bench.batches() == [
            ["a", "b", "bad", "d"],
            ["a", "b"],
            ["bad", "d"],
            ["bad"],
            ["d"],
        ]
        (message,) = bench.sent
        assert isinstance(message, QueueMessage)
        assert json.loads(message.body)["KinesisBatchInfo"]["batchSize"] == 1
        await bench.poller.close()

    play(scenario)


def reports(bad: str) -> Handler:
    def handler(event: dict[str, Any]) -> dict[str, Any]:
        numbers = [
            one["kinesis"]["sequenceNumber"]
            for one, data in zip(event["Records"], data_of(event), strict=True)
            if data.startswith(bad)
        ]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in numbers]}

    return handler


@pytest.mark.fidelity(
    "A stream's partial batch response is retried from the lowest reported sequence number",
    page=PARTIAL,
)
def test_a_reported_failure_is_retried_from_the_lowest_sequence_number_on() -> None:
    async def scenario() -> None:
        bench = Streamed(reports("bad"), MaximumRetryAttempts=1, **REPORTS, **TO_QUEUE)
        for one in ("a", "bad 1", "c", "bad 2"):
            bench.stream.put(one)
        await bench.start()
        await bench.advance(10)
        assert bench.batches() == [["a", "bad 1", "c", "bad 2"], ["bad 1", "c", "bad 2"]]
        (message,) = bench.sent
        assert isinstance(message, QueueMessage)
        record = json.loads(message.body)
        assert record["responseContext"]["functionError"] is None
        assert record["KinesisBatchInfo"]["startSequenceNumber"] == "2"
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "With both set a batch is bisected at the reported record",
    page=PARTIAL,
)
def test_a_reported_failure_bisects_at_the_reported_record() -> None:
    async def scenario() -> None:
        settings = {**REPORTS, "BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 0}
        bench = Streamed(reports("bad"), **settings)
        for one in ("a", "b", "bad", "d"):
            bench.stream.put(one)
        await bench.start()
        assert bench.batches() == [
            ["a", "b", "bad", "d"],
            ["bad", "d"],
            ["bad"],
            ["d"],
        ]
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "Records beyond MaximumRecordAgeInSeconds go to the on-failure destination",
    page=FAILURES,
)
def test_old_records_are_given_up_and_the_others_go_on() -> None:
    async def scenario() -> None:
        bench = Streamed(MaximumRecordAgeInSeconds=60, **TO_QUEUE)
        bench.stream.put("old")
        await bench.clock.advance(61)
        bench.stream.put("new")
        await bench.start()
        assert bench.batches() == [["new"]]
        (message,) = bench.sent
        assert isinstance(message, QueueMessage)
        record = json.loads(message.body)
        assert record["requestContext"]["condition"] == "RecordAgeExceeded"
        assert "responseContext" not in record
        await bench.poller.close()

    play(scenario)


@pytest.mark.parametrize("scale", [1.0, 60.0])
def test_records_grow_too_old_while_they_are_retried(scale: float) -> None:
    async def scenario() -> None:
        bench = Streamed(fail, MaximumRecordAgeInSeconds=60, scale=scale, **TO_QUEUE)
        bench.stream.put("bad")
        await bench.start()
        await bench.advance(1)
        await bench.advance(70 / scale)
        (message,) = bench.sent
        assert isinstance(message, QueueMessage)
        assert "RecordAgeExceeded" in message.body
        assert len(bench.batches()) == 6  # at 0, 1, 3, 7, 15 and 31 seconds of AWS's time
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "A throttled batch of a stream uses up no retry",
    page=FAILURES,
)
def test_a_throttle_uses_up_no_retry() -> None:
    def handler(_event: dict[str, Any]) -> None:
        raise Throttle

    async def scenario() -> None:
        bench = Streamed(handler, MaximumRetryAttempts=0)
        bench.stream.put("a")
        await bench.start()
        await bench.advance(10)
        assert len(bench.batches()) > 2
        bench.function.handler = lambda _event: None
        await bench.advance(100)
        assert "mapping.discarded" not in bench.kinds()
        assert bench.reports[-1] == "OK"
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "Stream records that match no filter are skipped",
    page=FILTERING,
)
def test_what_no_filter_lets_pass_is_skipped() -> None:
    async def scenario() -> None:
        pattern = json.dumps({"data": {"kind": ["order"]}})
        bench = Streamed(FilterCriteria={"Filters": [{"Pattern": pattern}]})
        for one in ('{"kind": "refund"}', '{"kind": "order"}', "plain"):
            bench.stream.put(one)
        await bench.start()
        assert bench.batches() == [['{"kind": "order"}']]
        await bench.put('{"kind": "refund"}')
        assert len(bench.batches()) == 1
        await bench.poller.close()

    play(scenario)


def test_a_window_gathers_records() -> None:
    async def scenario() -> None:
        bench = Streamed(MaximumBatchingWindowInSeconds=10, BatchSize=3)
        await bench.start()
        await bench.put("a")
        await bench.advance(8)
        await bench.put("b")
        assert bench.batches() == []
        await bench.advance(4)
        assert bench.batches() == [["a", "b"]]
        await bench.put("c", "d", "e")
        assert bench.batches() == [["a", "b"], ["c", "d", "e"]]
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "With a parallelisation factor records of one partition key keep their order",
    page=KINESIS,
)
def test_parallel_batches_of_a_shard_keep_the_order_of_each_key() -> None:
    async def scenario() -> None:
        bench = Streamed(ParallelizationFactor=10, BatchSize=1)
        bench.function.gate.clear()
        for number in range(3):
            for key in "abcdef":
                bench.stream.put(f"{key}{number}", key=key)
        await bench.start()
        assert bench.function.running > 2
        bench.function.gate.set()
        await bench.quiet()
        seen = [data for batch in bench.batches() for data in batch]
        assert len(seen) == 18
        for key in "abcdef":
            assert [one for one in seen if one[0] == key] == [f"{key}{n}" for n in range(3)]
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "After resharding a parent shard is read before its children",
    page=KINESIS,
)
def test_children_are_read_after_their_parent() -> None:
    async def scenario() -> None:
        bench = Streamed(fails_with("bad"), shards=("s-0",), BatchSize=1, StartingPosition="LATEST")
        await bench.start()
        await bench.put("bad", "p")
        bench.stream.close_shard("s-0", "s-1", "s-2")
        await bench.put("c1", shard="s-1")
        assert ["c1"] not in bench.batches()
        bench.function.handler = lambda _event: None
        await bench.advance(100)
        await bench.put("c2", shard="s-2")
        assert bench.batches()[-4:] == [["bad"], ["p"], ["c1"], ["c2"]]
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "A mapping that is enabled again goes on from the last record processed",
    page=KINESIS,
)
def test_a_stopped_mapping_goes_on_where_it_was() -> None:
    async def scenario() -> None:
        bench = Streamed(fails_with("bad"), BatchSize=1)
        await bench.start()
        await bench.put("a", "bad")
        bench.poller.stop()
        await bench.quiet()
        assert bench.task.done()
        bench.function.handler = lambda _event: None
        await bench.put("c")
        assert bench.batches() == [["a"], ["bad"]]
        await bench.start(ParallelizationFactor=2)
        assert bench.batches() == [["a"], ["bad"], ["bad"], ["c"]]
        await bench.poller.close()

    play(scenario)


def test_a_tumbling_window_carries_state_and_ends_with_a_final_invocation() -> None:
    def count(event: dict[str, Any]) -> dict[str, Any]:
        return {"state": {"n": event["state"].get("n", 0) + len(event["Records"])}}

    async def scenario() -> None:
        bench = Streamed(count, TumblingWindowInSeconds=30, BatchSize=2)
        await bench.start()
        await bench.put("a", "b", "c")
        await bench.advance(25)  # windows begin at whole multiples of 30 s since the epoch
        await bench.put("d")
        first = [event for event in bench.function.events if event["state"] or event["Records"]]
        assert [data_of(event) for event in bench.function.events] == [
            ["a", "b"],
            ["c"],
            [],
            ["d"],
        ]
        assert [event["state"] for event in first] == [{}, {"n": 2}, {"n": 3}, {}]
        assert [event["isFinalInvokeForWindow"] for event in first] == [False, False, True, False]
        assert first[0]["window"] == {
            "start": "2026-09-21T14:13:00Z",
            "end": "2026-09-21T14:13:30Z",
        }
        assert first[0]["shardId"] == "shardId-0"
        assert first[0]["eventSourceARN"] == STREAM_ARN
        await bench.advance(40)
        assert bench.function.events[-1]["isFinalInvokeForWindow"] is True
        assert bench.function.events[-1]["state"] == {"n": 1}
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "In a tumbling window a response without state is a failure",
    page=WINDOWS,
)
def test_a_window_without_state_in_the_response_has_failed() -> None:
    async def scenario() -> None:
        bench = Streamed(lambda _event: None, TumblingWindowInSeconds=30, MaximumRetryAttempts=0)
        bench.stream.put("a")
        await bench.start()
        assert "mapping.discarded" in bench.kinds()
        await bench.poller.close()

    play(scenario)


@pytest.mark.fidelity(
    "A state above 1 MB terminates its window early",
    page=WINDOWS,
)
def test_a_state_beyond_one_megabyte_terminates_the_window_early() -> None:
    def grow(event: dict[str, Any]) -> dict[str, Any]:
        return {"state": {"x": "x" * 1_100_000}}

    async def scenario() -> None:
        bench = Streamed(grow, TumblingWindowInSeconds=30, BatchSize=1)
        await bench.start()
        await bench.put("a", "b", "c")
        flags = [event["isWindowTerminatedEarly"] for event in bench.function.events]
        assert flags == [False, True, False]
        assert bench.function.events[2]["state"] == {}
        await bench.poller.close()

    play(scenario)


def test_without_the_role_s_leave_nothing_is_read_and_with_it_again_everything() -> None:
    async def scenario() -> None:
        bench = Streamed()
        await bench.start()
        bench.permitted = False
        await bench.put("a")
        await bench.advance(30)
        assert bench.batches() == []
        assert "mapping.not_permitted" in bench.kinds()
        bench.permitted = True
        await bench.advance(30)
        assert bench.batches() == [["a"]]
        await bench.poller.close()

    play(scenario)


def test_an_idle_stream_costs_a_look_every_twenty_seconds() -> None:
    async def scenario() -> None:
        bench = Streamed()
        await bench.start()
        before = bench.stream.reads
        await bench.clock.advance(199)
        assert bench.stream.reads - before <= 11
        await bench.poller.close()

    play(scenario)
