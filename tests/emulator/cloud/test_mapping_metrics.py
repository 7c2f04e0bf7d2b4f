"""What event source mappings write into CloudWatch."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.cloud_process import CloudProcess, eventually
from tests.emulator.cloud.async_targets import metric_sum
from tests.emulator.cloud.test_event_source_mappings import QueueReader
from tests.emulator.cloud.test_stream_mappings import FAILS_ON_BAD, StreamReader

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
COUNTED = {"MetricsConfig": {"Metrics": ["EventCount"]}}


@pytest.mark.fidelity(
    "A mapping that asks for EventCount metrics tells what it polled, filtered out, sent to the "
    "function and deleted; one that does not ask tells nothing.",
    page=PAGE,
)
def test_a_queues_mapping_counts_its_events(hurried_cloud: CloudProcess) -> None:
    reader = QueueReader(hurried_cloud)
    pattern = json.dumps({"body": {"kind": ["book"]}})
    mapping = reader.connect(FilterCriteria={"Filters": [{"Pattern": pattern}]}, **COUNTED)
    for kind in ("book", "toy", "book"):
        reader.send(json.dumps({"kind": kind}))

    def total(name: str) -> float:
        return metric_sum(hurried_cloud, name, EventSourceMappingUUID=mapping)

    eventually(lambda: total("DeletedEventCount") == 2)
    assert total("PolledEventCount") == 3
    assert total("FilteredOutEventCount") == 1
    assert total("InvokedEventCount") == 2
    assert total("FailedInvokeEventCount") == 0


@pytest.mark.fidelity(
    "IteratorAge tells how old a stream's records are when the function gets them; what is given "
    "up counts as dropped.",
    page=PAGE,
    difference="Not written at all: OffsetLag, OversizedRecordCount, SignatureValidationErrors and "
    "PostRuntimeExtensionsDuration, for want of Kafka, DocumentDB, code signing and extensions",
)
def test_a_streams_mapping_tells_its_age_and_what_it_dropped(hurried_cloud: CloudProcess) -> None:
    reader = StreamReader(hurried_cloud, FAILS_ON_BAD)
    mapping = reader.connect(MaximumRetryAttempts=0, **COUNTED)
    reader.put("bad")

    def total(name: str) -> float:
        return metric_sum(hurried_cloud, name, EventSourceMappingUUID=mapping)

    eventually(lambda: total("DroppedEventCount") == 1)
    assert total("PolledEventCount") == 1
    assert total("FailedInvokeEventCount") == 1
    now = datetime.now(UTC)
    (point,) = hurried_cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="IteratorAge",
        Dimensions=[{"Name": "FunctionName", "Value": reader.function}],
        StartTime=now - timedelta(minutes=30),
        EndTime=now + timedelta(minutes=2),
        Period=3600,
        Statistics=["Maximum"],
    )["Datapoints"]
    assert point["Unit"] == "Milliseconds"
    assert 0 <= point["Maximum"] < 60_000


def test_a_mapping_that_does_not_ask_writes_no_metrics(hurried_cloud: CloudProcess) -> None:
    reader = StreamReader(hurried_cloud)
    mapping = reader.connect()
    reader.put("good")
    eventually(lambda: reader.batches() == [["good"]])
    listed = hurried_cloud.client("cloudwatch").list_metrics(
        Namespace="AWS/Lambda", Dimensions=[{"Name": "EventSourceMappingUUID", "Value": mapping}]
    )
    assert listed["Metrics"] == []
