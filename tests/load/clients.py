"""Clients that work on one cloud at the same time, and what they met."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess

FITTING_REFUSALS = frozenset({"TooManyRequestsException", "ThrottlingException"})
"""What AWS, too, tells a client that asks for too much at once."""


@dataclass
class Meetings:
    """Attributes: done, how often each kind of work succeeded; faults, all that must not be."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, work: Callable[[], None]) -> None:
        try:
            work()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            with self.lock:
                if code in FITTING_REFUSALS:
                    self.refused[code] += 1
                else:
                    self.faults.append(f"{kind}: {error}")
            return
        except Exception as error:  # whatever it is, it is what the test looks for
            with self.lock:
                self.faults.append(f"{kind}: {error!r}")
            return
        with self.lock:
            self.done[kind] += 1


class LoadClient:
    """One of many: invokes, puts, gets and polls in turn, and looks at every answer."""

    def __init__(self, cloud: CloudProcess, function: str, bucket: str, queue: str) -> None:
        session = boto3.Session(
            cloud.access_key_id, cloud.secret_access_key, region_name=cloud.region
        )
        config = Config(retries={"max_attempts": 0}, read_timeout=60, connect_timeout=20)

        def client(service: str) -> Any:
            return session.client(service, endpoint_url=cloud.endpoint, config=config)

        self._lambda, self._s3, self._sqs = client("lambda"), client("s3"), client("sqs")
        self._function, self._bucket, self._queue = function, bucket, queue
        self._key = uuid.uuid4().hex

    def work(self, meetings: Meetings, until: float) -> None:
        turns = (
            ("invoke", self._invoke),
            ("put and get", self._put_and_get),
            ("invoke later", self._invoke_later),
            ("send and receive", self._send_and_receive),
            ("list", self._list),
        )
        while time.monotonic() < until:
            for kind, work in turns:
                meetings.note(kind, work)

    def _invoke(self) -> None:
        number = uuid.uuid4().hex
        answer = self._lambda.invoke(FunctionName=self._function, Payload=f'"{number}"')
        content = answer["Payload"].read().decode()
        assert answer["StatusCode"] == 200
        assert content == f'"{number}"', content

    def _invoke_later(self) -> None:
        answer = self._lambda.invoke(
            FunctionName=self._function, InvocationType="Event", Payload="1"
        )
        assert answer["StatusCode"] == 202

    def _put_and_get(self) -> None:
        content = uuid.uuid4().hex.encode() * 50
        self._s3.put_object(Bucket=self._bucket, Key=self._key, Body=content)
        assert self._s3.get_object(Bucket=self._bucket, Key=self._key)["Body"].read() == content

    def _send_and_receive(self) -> None:
        self._sqs.send_message(QueueUrl=self._queue, MessageBody="m")
        found = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
        for message in found.get("Messages", []):
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])

    def _list(self) -> None:
        self._lambda.list_functions()
        self._s3.list_objects_v2(Bucket=self._bucket, MaxKeys=5)


def work_together(clients: list[LoadClient], seconds: float) -> Meetings:
    """All of them at once, for so long."""
    meetings = Meetings()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=client.work, args=(meetings, until), daemon=True)
        for client in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 120)
        assert not thread.is_alive(), "a client never got its answer"
    return meetings
