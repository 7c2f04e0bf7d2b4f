"""From an object that is put, or a message that is sent, to the function, and to its log line."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Callable, Iterator

from benchmarks.contender import BenchmarkError
from benchmarks.ground import Ground
from benchmarks.measure import Counts

PATIENCE_S = 30.0
LOOK_EVERY_S = 0.001
SETTLE_S = 0.05
REPORTING = """\
import os
import socket
import time

SOCKET = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
TO = ("127.0.0.1", int(os.environ["PORT"]))


def handler(event, context):
    now = time.time_ns()
    record = event["Records"][0]
    key = record["s3"]["object"]["key"] if "s3" in record else record["body"]
    SOCKET.sendto(f"{key} {now}".encode(), TO)
    print(key)
"""
"""Tells, by a datagram, when it ran: looking into the logs for that would slow down the cloud."""


class Reports:
    """What the function tells, by datagrams."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(PATIENCE_S)
        self.port = str(self._socket.getsockname()[1])

    def executed_at(self, key: str) -> int:
        """Nanoseconds since the epoch. Raises BenchmarkError."""
        try:
            while True:
                reported, at = self._socket.recv(1024).decode().split()
                if reported == key:
                    return int(at)
        except TimeoutError as error:
            raise BenchmarkError(f"not executed within {PATIENCE_S:.0f} s") from error

    def close(self) -> None:
        self._socket.close()


class Delivery:
    """A bucket that notifies a function which reports to ``socket``."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._reports = Reports()
        self._function = ground.new_function(REPORTING, PORT=self._reports.port)
        self._bucket = ground.new_bucket()
        self._notify()

    def put_to_executed_ms(self) -> float:
        """The handler's first line; the answer to the put may come before or after it."""
        key, put_at = self._put()
        return (self._reports.executed_at(key) - put_at) / 1e6

    def put_to_log_line_ms(self) -> float:
        """The line is in an answer to FilterLogEvents, called again and again."""
        key, put_at = self._put()
        group = f"/aws/lambda/{self._function}"
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if self._is_logged(group, key):
                visible_at = time.time_ns()
                self._reports.executed_at(key)
                return (visible_at - put_at) / 1e6
            time.sleep(LOOK_EVERY_S)
        raise BenchmarkError(f"no log line {PATIENCE_S:.0f} s after the put")

    def _is_logged(self, group: str, key: str) -> bool:
        logs = self._ground.logs
        try:
            found = logs.filter_log_events(logGroupName=group, filterPattern=key)
        except logs.exceptions.ResourceNotFoundException:
            return False  # a function's first line makes its log group
        return any(key in event["message"] for event in found["events"])

    def _put(self) -> tuple[str, int]:
        key = uuid.uuid4().hex
        began = time.time_ns()
        self._ground.s3.put_object(Bucket=self._bucket, Key=key, Body=b"hello")
        return key, began

    def _notify(self) -> None:
        ground = self._ground
        ground.lambda_client.add_permission(
            FunctionName=self._function,
            StatementId="s3",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{self._bucket}",
        )
        described = ground.lambda_client.get_function_configuration(FunctionName=self._function)
        rule = {"LambdaFunctionArn": described["FunctionArn"], "Events": ["s3:ObjectCreated:*"]}
        ground.s3.put_bucket_notification_configuration(
            Bucket=self._bucket,
            NotificationConfiguration={"LambdaFunctionConfigurations": [rule]},
        )

    def close(self) -> None:
        self._ground.delete_function(self._function)
        self._reports.close()


class QueueDelivery:
    """A queue that a mapping reads, one message at a time, for a function which reports."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._reports = Reports()
        self._function = ground.new_function(REPORTING, PORT=self._reports.port)
        name = f"bench-{uuid.uuid4().hex[:12]}"
        attributes = {"VisibilityTimeout": "120"}
        self._url = ground.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = ground.sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        self._mapping = ground.lambda_client.create_event_source_mapping(
            FunctionName=self._function,
            EventSourceArn=arn["Attributes"]["QueueArn"],
            BatchSize=1,
        )["UUID"]

    def send_to_executed_ms(self) -> float:
        """The handler's first line; the answer to the send may come before or after it."""
        body = uuid.uuid4().hex
        began = time.time_ns()
        self._ground.sqs.send_message(QueueUrl=self._url, MessageBody=body)
        return (self._reports.executed_at(body) - began) / 1e6

    def close(self) -> None:
        self._ground.lambda_client.delete_event_source_mapping(UUID=self._mapping)
        self._ground.sqs.delete_queue(QueueUrl=self._url)
        self._ground.delete_function(self._function)
        self._reports.close()


def send_to_executed(ground: Ground, counts: Counts) -> Iterator[float]:
    """In a warm environment, through an event source mapping of SQS."""
    delivery = QueueDelivery(ground)
    try:
        for _ in range(counts.warm_up):
            delivery.send_to_executed_ms()
        for _ in range(counts.deliveries):
            time.sleep(SETTLE_S)
            yield delivery.send_to_executed_ms()
    finally:
        delivery.close()


def put_to_executed(ground: Ground, counts: Counts) -> Iterator[float]:
    """In a warm environment."""
    return _samples(ground, counts, Delivery.put_to_executed_ms)


def put_to_log_line(ground: Ground, counts: Counts) -> Iterator[float]:
    """In a warm environment; as exact as one FilterLogEvents call takes."""
    return _samples(ground, counts, Delivery.put_to_log_line_ms)


def _samples(
    ground: Ground, counts: Counts, measure: Callable[[Delivery], float]
) -> Iterator[float]:
    delivery = Delivery(ground)
    try:
        for _ in range(counts.warm_up):
            delivery.put_to_executed_ms()
        for _ in range(counts.deliveries):
            time.sleep(SETTLE_S)
            yield measure(delivery)
    finally:
        delivery.close()
