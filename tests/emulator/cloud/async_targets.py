"""Queues, topics, the journal and metrics, for tests of what follows an invocation."""

from __future__ import annotations

import json
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cloud_process import CloudProcess, eventually

FAILING = "def handler(event, context): raise ValueError('no such order: ' + str(event.get('id')))"


class Queue:
    """An SQS queue of its own."""

    def __init__(self, cloud: CloudProcess, **attributes: str) -> None:
        self._sqs = cloud.client("sqs")
        self.name = f"q-{uuid.uuid4().hex[:12]}"
        self.url = self._sqs.create_queue(QueueName=self.name, Attributes=attributes)["QueueUrl"]
        self.arn = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{self.name}"

    def let_in(self, service: str, source_arn: str = "*") -> None:
        """The queue's policy admits a service that acts for this source."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
            "Condition": {"ArnLike": {"aws:SourceArn": source_arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})

    def message(self) -> dict[str, Any]:
        """The first message, waited for, with all its attributes; it is deleted."""
        received = self._sqs.receive_message(
            QueueUrl=self.url,
            WaitTimeSeconds=15,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        (message,) = received["Messages"]
        self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        found: dict[str, Any] = message
        return found

    def is_empty(self) -> bool:
        counts = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])
        return bool(counts["Attributes"]["ApproximateNumberOfMessages"] == "0")

    def delete(self) -> None:
        self._sqs.delete_queue(QueueUrl=self.url)


def new_topic(cloud: CloudProcess, subscriber: str, protocol: str) -> str:
    """ARN of a topic with one subscription."""
    sns = cloud.client("sns")
    topic = str(sns.create_topic(Name=f"t-{uuid.uuid4().hex[:12]}")["TopicArn"])
    sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=subscriber)
    return topic


def function_arn(cloud: CloudProcess, name: str) -> str:
    return f"arn:aws:lambda:{cloud.region}:{cloud.account_id}:function:{name}"


def permit(cloud: CloudProcess, function: str, service: str, source_arn: str) -> None:
    cloud.client("lambda").add_permission(
        FunctionName=function,
        StatementId=f"s-{uuid.uuid4().hex[:8]}",
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=source_arn,
    )


def send(cloud: CloudProcess, function: str, event: object) -> str:
    """Invoke asynchronously; the request id."""
    answer = cloud.client("lambda").invoke(
        FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode()
    )
    assert answer["StatusCode"] == 202
    return str(answer["ResponseMetadata"]["RequestId"])


def journal(cloud: CloudProcess, kind: str = "", request_id: str = "") -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"{cloud.endpoint}/_dojo/journal?kind={kind}&request_id={request_id}",
        headers={"x-dojo-key": cloud.secret_access_key},
    )
    with urllib.request.urlopen(request) as answer:
        entries: list[dict[str, Any]] = json.load(answer)["entries"]
        return entries


def journal_has(cloud: CloudProcess, kind: str, request_id: str) -> dict[str, Any]:
    """The first entry of this kind about a request, waited for."""
    found: list[dict[str, Any]] = eventually(lambda: journal(cloud, kind, request_id))
    return found[0]


def metric_sum(cloud: CloudProcess, name: str, **dimensions: str) -> float:
    now = datetime.now(UTC)
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=2),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(point["Sum"] for point in points))
