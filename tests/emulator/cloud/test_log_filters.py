"""Filter patterns and metric filters of CloudWatch Logs, over boto3."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually

LOGS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/"
API = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"
MESSAGES = [
    json.dumps({"level": "INFO", "latency": 10, "path": "/a"}),
    json.dumps({"level": "ERROR", "latency": 250, "path": "/a"}),
    json.dumps({"level": "ERROR", "latency": 350, "path": "/b"}),
    "[ERROR] plain text 42",
]


class Group:
    """A log group of its own, and a metric namespace."""

    def __init__(self, cloud: CloudProcess) -> None:
        self.cloud = cloud
        self.logs = cloud.client("logs")
        self.name = f"/test/{uuid.uuid4().hex}"
        self.namespace = f"Test/{uuid.uuid4().hex}"
        self.logs.create_log_group(logGroupName=self.name)
        self.logs.create_log_stream(logGroupName=self.name, logStreamName="s")

    def write(self, *messages: str) -> None:
        now = int(time.time() * 1000)
        self.logs.put_log_events(
            logGroupName=self.name,
            logStreamName="s",
            logEvents=[{"timestamp": now, "message": message} for message in messages],
        )

    def found(self, pattern: str) -> list[str]:
        answer = self.logs.filter_log_events(logGroupName=self.name, filterPattern=pattern)
        return [event["message"] for event in answer["events"]]

    def filter(self, pattern: str, **transformation: Any) -> None:
        self.logs.put_metric_filter(
            logGroupName=self.name,
            filterName="f",
            filterPattern=pattern,
            metricTransformations=[
                {
                    "metricNamespace": self.namespace,
                    "metricName": "m",
                    "metricValue": "1",
                    **transformation,
                }
            ],
        )

    def metric(self, statistic: str, **dimensions: str) -> list[float]:
        now = datetime.now(UTC)
        answer = self.cloud.client("cloudwatch").get_metric_statistics(
            Namespace=self.namespace,
            MetricName="m",
            Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
            StartTime=now - timedelta(minutes=30),
            EndTime=now + timedelta(minutes=30),
            Period=3600,
            Statistics=[statistic],
        )
        return [point[statistic] for point in answer["Datapoints"]]


@pytest.mark.fidelity(
    "FilterLogEvents understands terms, JSON and space-delimited patterns.",
    page=f"{LOGS}SearchDataFilterPattern.html",
)
def test_log_events_are_filtered_by_all_kinds_of_patterns(cloud: CloudProcess) -> None:
    group = Group(cloud)
    group.write(*MESSAGES)
    assert group.found("ERROR") == MESSAGES[1:]
    assert group.found("?INFO ?plain") == [MESSAGES[0], MESSAGES[3]]
    assert group.found("ERROR -plain") == MESSAGES[1:3]
    assert group.found('{ $.level = "ERROR" && $.latency > 300 }') == [MESSAGES[2]]
    assert group.found("[level=ERROR, ..., number=42]") == [MESSAGES[3]]
    assert group.found("") == MESSAGES


@pytest.mark.fidelity(
    "FilterLogEvents gives the events of all streams in the order of their times.",
    page=f"{API}API_FilterLogEvents.html",
)
def test_events_of_several_streams_come_in_the_order_of_their_times(cloud: CloudProcess) -> None:
    group = Group(cloud)
    group.logs.create_log_stream(logGroupName=group.name, logStreamName="a-second")
    now = int(time.time() * 1000)
    for number, stream in enumerate(["s", "a-second", "s", "a-second"]):
        event = {"timestamp": now + number, "message": str(number)}
        group.logs.put_log_events(logGroupName=group.name, logStreamName=stream, logEvents=[event])
    assert group.found("") == ["0", "1", "2", "3"]


def test_a_function_logging_json_is_searched_by_level(cloud: CloudProcess) -> None:
    source = """
import logging
def handler(event, context):
    logging.getLogger().error("broken %s", event["what"])
    logging.getLogger().info("fine")
"""
    function = cloud.create_function(
        source, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"}
    )
    cloud.client("lambda").invoke(FunctionName=function, Payload=b'{"what": "glass"}')

    def look() -> list[Any]:
        answer = cloud.client("logs").filter_log_events(
            logGroupName=f"/aws/lambda/{function}", filterPattern='{ $.level = "ERROR" }'
        )
        return list(answer["events"])

    (event,) = eventually(look)
    assert json.loads(event["message"])["message"] == "broken glass"


@pytest.mark.fidelity(
    "A metric filter counts the messages that match, in CloudWatch, from the time it is made.",
    page=f"{LOGS}MonitoringLogData.html",
    difference="values are there with the message, not once a minute",
)
def test_a_metric_filter_counts(cloud: CloudProcess) -> None:
    group = Group(cloud)
    group.write(*MESSAGES)  # before the filter: not counted
    group.filter('{ $.level = "ERROR" }', unit="Count")
    group.write(*MESSAGES)
    group.write(MESSAGES[0])
    assert group.metric("Sum") == [2.0]
    (described,) = group.logs.describe_metric_filters(logGroupName=group.name)["metricFilters"]
    assert described["filterPattern"] == '{ $.level = "ERROR" }'
    assert described["creationTime"] > 1_700_000_000_000
    (facts,) = group.logs.describe_log_groups(logGroupNamePrefix=group.name)["logGroups"]
    assert facts["metricFilterCount"] == 1


@pytest.mark.fidelity(
    "A metric filter publishes a value found in the message, under dimensions found there.",
    page=f"{LOGS}FilterAndPatternSyntaxForMetricFilters.html",
)
def test_a_metric_filter_takes_values_and_dimensions_from_messages(cloud: CloudProcess) -> None:
    group = Group(cloud)
    group.filter('{ $.level = "ERROR" }', metricValue="$.latency", dimensions={"Path": "$.path"})
    group.write(*MESSAGES)
    assert group.metric("Maximum", Path="/a") == [250.0]
    assert group.metric("Maximum", Path="/b") == [350.0]
    assert group.metric("Maximum") == []


@pytest.mark.fidelity(
    "A metric filter's default value is published where messages come and none matches.",
    page=f"{LOGS}FilterAndPatternSyntaxForMetricFilters.html",
)
def test_a_metric_filters_default_value(cloud: CloudProcess) -> None:
    group = Group(cloud)
    group.filter("NOTHING", defaultValue=0.0)
    assert group.metric("SampleCount") == []
    group.write(*MESSAGES)
    group.write(*MESSAGES)
    assert group.metric("Sum") == [0.0]


def test_a_metric_filter_of_the_same_name_is_replaced_and_one_that_is_not_there_not_deleted(
    cloud: CloudProcess,
) -> None:
    group = Group(cloud)
    group.filter("ERROR")
    group.filter("INFO", metricValue="5")
    group.write(*MESSAGES)
    assert group.metric("Sum") == [5.0]
    group.logs.delete_metric_filter(logGroupName=group.name, filterName="f")
    with pytest.raises(ClientError) as refused:
        group.logs.delete_metric_filter(logGroupName=group.name, filterName="f")
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


@pytest.mark.fidelity(
    "TestMetricFilter tells which messages match, and what is extracted.",
    page=f"{API}API_TestMetricFilter.html",
)
def test_a_metric_filter_can_be_tested(cloud: CloudProcess) -> None:
    answer = cloud.client("logs").test_metric_filter(
        filterPattern='{ $.level = "ERROR" }', logEventMessages=MESSAGES
    )
    assert answer["matches"] == [
        {
            "eventNumber": number,
            "eventMessage": MESSAGES[number],
            "extractedValues": {"$.level": "ERROR"},
        }
        for number in (1, 2)
    ]


@pytest.mark.fidelity(
    "What is no filter pattern is refused, as are dimensions without fields or with a default.",
    page="https://github.com/aws/aws-cdk/issues/16278",
)
def test_what_is_no_pattern_is_refused(cloud: CloudProcess) -> None:
    group = Group(cloud)

    def refusal(pattern: str, **transformation: Any) -> str:
        with pytest.raises(ClientError) as refused:
            group.filter(pattern, **transformation)
        assert refused.value.response["Error"]["Code"] == "InvalidParameterException"
        return str(refused.value.response["Error"]["Message"])

    assert refusal("{ $.a }") == "Invalid metric filter pattern"
    assert refusal("a:b") == "Invalid character(s) in term 'a:b'"
    dimensions = {"Path": "$.path"}
    assert refusal("ERROR", dimensions=dimensions) == (
        "The specified filter pattern does not support dimensions"
    )
    assert refusal("{ $.a = 1 }", dimensions=dimensions, defaultValue=1.0) == (
        "Invalid metric transformation: dimensions and default value are mutually exclusive "
        "properties"
    )
    with pytest.raises(ClientError, match="Invalid filter pattern"):
        group.found("{ $.a }")
    with pytest.raises(ClientError, match="Invalid filter pattern"):
        group.logs.put_subscription_filter(
            logGroupName=group.name,
            filterName="f",
            filterPattern="[a b",
            destinationArn=f"arn:aws:lambda:{cloud.region}:{cloud.account_id}:function:f",
        )


def test_a_log_group_is_exported_to_a_bucket(cloud: CloudProcess) -> None:
    group, s3 = Group(cloud), cloud.client("s3")
    group.write(*MESSAGES)
    bucket = f"export-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    asked = {"logGroupName": group.name, "fromTime": 0, "to": int(time.time() * 1000) + 1000}
    task = group.logs.create_export_task(**asked, destination=bucket)["taskId"]
    told = group.logs.describe_export_tasks(taskId=task)["exportTasks"][0]
    assert told["status"]["code"] in ("RUNNING", "COMPLETED")
    assert any(
        one["Key"].endswith("/000000.gz") for one in s3.list_objects_v2(Bucket=bucket)["Contents"]
    )
