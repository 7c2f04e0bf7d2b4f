"""AWS/Lambda in CloudWatch, asked for through boto3."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually
from tests.emulator.cloud.async_targets import FAILING, Queue, metric_sum, send

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
VIEW = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html"


def window() -> dict[str, Any]:
    now = datetime.now(UTC)
    return {"StartTime": now - timedelta(minutes=30), "EndTime": now + timedelta(minutes=2)}


@pytest.mark.fidelity(
    "Errors counts function errors among the Invocations; Duration can be read as a percentile.",
    page=PAGE,
)
def test_invocations_errors_and_duration_of_a_function(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "def handler(event, context):\n    if event.get('fail'): raise ValueError('x')"
    )
    client = cloud.client("lambda")
    for payload in (b"{}", b"{}", b"{}", b'{"fail": 1}'):
        client.invoke(FunctionName=function, Payload=payload)
    assert metric_sum(cloud, "Invocations", FunctionName=function) == 4
    assert metric_sum(cloud, "Errors", FunctionName=function) == 1
    assert metric_sum(cloud, "Throttles", FunctionName=function) == 0
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Duration",
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        Period=3600,
        Statistics=["SampleCount", "Average", "Maximum"],
        ExtendedStatistics=["p50", "p99"],
        **window(),
    )["Datapoints"]
    assert sum(point["SampleCount"] for point in points) == 4
    assert points[0]["Unit"] == "Milliseconds"
    assert 0 < points[0]["ExtendedStatistics"]["p50"] <= points[0]["Maximum"] < 5000


@pytest.mark.fidelity(
    "Throttled invocations count in Throttles, in neither Invocations nor Errors.", page=PAGE
)
def test_throttles_are_neither_invocations_nor_errors(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): pass")
    client = cloud.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    for _ in range(2):
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            client.invoke(FunctionName=function)
    assert metric_sum(cloud, "Throttles", FunctionName=function) == 2
    assert metric_sum(cloud, "Invocations", FunctionName=function) == 0
    assert metric_sum(cloud, "Errors", FunctionName=function) == 0


@pytest.mark.fidelity(
    "Metrics are written per function, per version or alias (Resource), and per version that an "
    "alias ran (ExecutedVersion).",
    page=VIEW,
)
def test_dimensions_tell_function_alias_and_version(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): pass")
    client = cloud.client("lambda")
    client.publish_version(FunctionName=function)
    client.create_alias(FunctionName=function, Name="prod", FunctionVersion="1")
    client.invoke(FunctionName=function)
    client.invoke(FunctionName=function, Qualifier="1")
    client.invoke(FunctionName=function, Qualifier="prod")
    client.invoke(FunctionName=function, Qualifier="prod")
    for expected, dimensions in (
        (4, {}),
        (1, {"Resource": function}),
        (1, {"Resource": f"{function}:1"}),
        (2, {"Resource": f"{function}:prod"}),
        (2, {"Resource": f"{function}:prod", "ExecutedVersion": "1"}),
    ):
        found = metric_sum(cloud, "Invocations", FunctionName=function, **dimensions)
        assert found == expected, dimensions
    listed = cloud.client("cloudwatch").list_metrics(
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions=[{"Name": "FunctionName", "Value": function}],
    )["Metrics"]
    assert len(listed) == 5


def test_concurrency_is_reported_for_function_and_region(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): pass")
    cloud.client("lambda").invoke(FunctionName=function)
    assert metric_sum(cloud, "ConcurrentExecutions", FunctionName=function) == 1
    assert metric_sum(cloud, "UnreservedConcurrentExecutions") >= 1


@pytest.mark.fidelity("Metric math gives the error rate.", page=PAGE)
def test_metric_data_and_metric_math(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "def handler(event, context):\n    if event.get('fail'): raise ValueError('x')"
    )
    for payload in (b"{}", b"{}", b"{}", b'{"fail": 1}'):
        cloud.client("lambda").invoke(FunctionName=function, Payload=payload)

    def stat(query_id: str, name: str) -> dict[str, Any]:
        dimensions = [{"Name": "FunctionName", "Value": function}]
        metric = {"Namespace": "AWS/Lambda", "MetricName": name, "Dimensions": dimensions}
        return {
            "Id": query_id,
            "MetricStat": {"Metric": metric, "Period": 86400, "Stat": "Sum"},
            "ReturnData": query_id == "i",
        }

    results = cloud.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            stat("e", "Errors"),
            stat("i", "Invocations"),
            {"Id": "rate", "Expression": "100 * e / i", "Label": "error rate"},
        ],
        **window(),
    )["MetricDataResults"]
    assert [(one["Id"], sum(one["Values"])) for one in results] == [("i", 4), ("rate", 25)]
    assert results[1]["Label"] == "error rate"


def test_metrics_of_ones_own_are_kept_beside(cloud: CloudProcess) -> None:
    cloudwatch = cloud.client("cloudwatch")
    dimensions = [{"Name": "Shop", "Value": "tokyo"}]
    cloudwatch.put_metric_data(
        Namespace="Dojo/Orders",
        MetricData=[
            {"MetricName": "Orders", "Dimensions": dimensions, "Value": 3, "Unit": "Count"},
            {"MetricName": "Orders", "Dimensions": dimensions, "Values": [1, 5], "Counts": [2, 1]},
        ],
    )
    points = cloudwatch.get_metric_statistics(
        Namespace="Dojo/Orders",
        MetricName="Orders",
        Dimensions=dimensions,
        Period=86400,
        Statistics=["Sum", "Minimum", "SampleCount"],
        **window(),
    )["Datapoints"]
    assert sum(point["Sum"] for point in points) == 10
    assert min(point["Minimum"] for point in points) == 1


def test_what_happens_to_asynchronous_events_is_counted(hurried_cloud: CloudProcess) -> None:
    queue = Queue(hurried_cloud)
    function = hurried_cloud.create_function(FAILING, DeadLetterConfig={"TargetArn": queue.arn})
    hurried_cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=function, DestinationConfig={"OnFailure": {"Destination": queue.arn}}
    )
    queue.delete()
    send(hurried_cloud, function, {})

    def failures() -> bool:
        names = ("DeadLetterErrors", "DestinationDeliveryFailures")
        return all(metric_sum(hurried_cloud, name, FunctionName=function) == 1 for name in names)

    eventually(failures)
    assert metric_sum(hurried_cloud, "AsyncEventsReceived", FunctionName=function) == 1
    assert metric_sum(hurried_cloud, "AsyncEventsDropped", FunctionName=function) == 1
    assert metric_sum(hurried_cloud, "Invocations", FunctionName=function) == 3
    assert metric_sum(hurried_cloud, "AsyncEventAge", FunctionName=function) >= 240_000
