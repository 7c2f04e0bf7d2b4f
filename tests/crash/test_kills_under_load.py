"""The cloud is killed at random moments under load; nothing that it acknowledged is lost."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lab_helpers.emulator.endpoint.server import free_port
from tests.cloud_process import TRUST_LAMBDA, own_runtime, zipped
from tests.crash.killable_cloud import KillableCloud

ROUNDS = 25
LONGEST_LIFE_S = 0.6
CODE = zipped({"m.py": "def handler(event, context):\n    return event\n"})

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="forks the cloud"),
]


@dataclass
class Ledger:
    """What was acknowledged, and what nobody knows because no answer came."""

    objects: dict[str, str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    maybe_deleted: set[str] = field(default_factory=set)
    added: int = 0
    unknown_added: int = 0
    versions: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)


class Account:
    """The clients of one account, and what they do to it."""

    def __init__(self, facts: dict[str, str], ledger: Ledger) -> None:
        session = boto3.Session(
            facts["access_key_id"], facts["secret_access_key"], region_name=facts["region"]
        )
        settings = Config(retries={"max_attempts": 0}, read_timeout=20, connect_timeout=5)
        self._client: Callable[[str], Any] = lambda name: session.client(
            name, endpoint_url=facts["endpoint"], config=settings
        )
        self.ledger = ledger
        self.s3, self.sqs, self.functions = map(self._client, ("s3", "sqs", "lambda"))
        self.dynamodb, self.iam = map(self._client, ("dynamodb", "iam"))
        self.base = f"{facts['endpoint']}/{facts['account_id']}/"
        self.arn = f"arn:aws:sqs:{facts['region']}:{facts['account_id']}:"

    def prepare(self) -> None:
        self.s3.create_bucket(Bucket="bkt")
        for name in ("work", "done"):
            self.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "0"})
        self.dynamodb.create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        role = self.iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST_LAMBDA)["Role"]
        self.iam.attach_role_policy(
            RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
        )
        self.functions.create_function(
            FunctionName="f",
            Role=role["Arn"],
            Runtime=own_runtime(),
            Handler="m.handler",
            Code={"ZipFile": CODE},
        )
        self.functions.get_waiter("function_active_v2").wait(
            FunctionName="f", WaiterConfig={"Delay": 1}
        )
        self.functions.put_function_event_invoke_config(
            FunctionName="f",
            DestinationConfig={"OnSuccess": {"Destination": self.arn + "done"}},
        )

    # --- deeds: what was acknowledged is noted only once the answer is here

    def put(self, number: int) -> None:
        key = f"{number:012d}"
        self.ledger.objects[key] = self.s3.put_object(Bucket="bkt", Key=key, Body=key)["ETag"]

    def send(self, number: int) -> None:
        sent = self.sqs.send_message(QueueUrl=self.base + "work", MessageBody=str(number))
        self.ledger.sent.add(sent["MessageId"])

    def take(self, _number: int) -> None:
        got = self.sqs.receive_message(QueueUrl=self.base + "work").get("Messages", [])
        for message in got:
            handle = message["ReceiptHandle"]
            self.ledger.maybe_deleted.add(message["MessageId"])
            self.sqs.delete_message(QueueUrl=self.base + "work", ReceiptHandle=handle)
            self.ledger.deleted.add(message["MessageId"])

    def add(self, _number: int) -> None:
        self.ledger.unknown_added += 1
        self.dynamodb.update_item(
            TableName="t",
            Key={"id": {"S": "n"}},
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
        self.ledger.unknown_added -= 1
        self.ledger.added += 1

    def publish(self, number: int) -> None:
        self.functions.update_function_configuration(FunctionName="f", Description=str(number))
        version = self.functions.publish_version(FunctionName="f")["Version"]
        self.ledger.versions.add(version)
        name = f"a{number}"
        self.functions.create_alias(FunctionName="f", Name=name, FunctionVersion=version)
        self.ledger.aliases[name] = version

    def invoke(self, number: int) -> None:
        answer = self.functions.invoke(
            FunctionName="f", InvocationType="Event", Payload=str(number).encode()
        )
        self.ledger.events.add(answer["ResponseMetadata"]["RequestId"])

    def deeds(self) -> list[Callable[[int], None]]:
        return [self.put, self.send, self.take, self.add, self.publish, self.invoke]

    # --- what is there

    def check(self) -> None:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket="bkt")
        found = {one["Key"]: one["ETag"] for page in pages for one in page.get("Contents", [])}
        assert self.ledger.objects.items() <= found.items()
        item = self.dynamodb.get_item(TableName="t", Key={"id": {"S": "n"}}).get("Item", {})
        counted = int(item.get("n", {"N": "0"})["N"])
        most = self.ledger.added + self.ledger.unknown_added
        assert self.ledger.added <= counted <= most
        pages = self.functions.get_paginator("list_versions_by_function").paginate(FunctionName="f")
        versions = {one["Version"] for page in pages for one in page["Versions"]}
        assert self.ledger.versions <= versions
        pages = self.functions.get_paginator("list_aliases").paginate(FunctionName="f")
        aliases = {one["Name"]: one["FunctionVersion"] for page in pages for one in page["Aliases"]}
        assert self.ledger.aliases.items() <= aliases.items()

    def check_messages(self) -> None:
        """At the end: it takes them."""
        waiting = {message["MessageId"] for message in self._drained("work")}
        assert self.ledger.sent - self.ledger.maybe_deleted <= waiting
        assert not waiting & self.ledger.deleted

    def check_events(self) -> None:
        """Each event that was taken (202) has run: its record is in the destination's queue."""
        ran: set[str] = set()
        deadline = time.monotonic() + 60
        while not self.ledger.events <= ran and time.monotonic() < deadline:
            for message in self._drained("done"):
                ran.add(json.loads(message["Body"])["requestContext"]["requestId"])
        assert self.ledger.events <= ran

    def _drained(self, queue: str) -> Iterator[dict[str, Any]]:
        while True:
            got = self.sqs.receive_message(QueueUrl=self.base + queue, MaxNumberOfMessages=10)
            messages = got.get("Messages", [])
            if not messages:
                return
            yield from messages
            self.sqs.delete_message_batch(
                QueueUrl=self.base + queue,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": one["ReceiptHandle"]}
                    for number, one in enumerate(messages)
                ],
            )


def load_until(stop: threading.Event, deed: Callable[[int], None], first: int) -> None:
    """Until the cloud is gone."""
    number = first
    while not stop.is_set():
        try:
            deed(number)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ResourceConflictException", error
        except (BotoCoreError, OSError, KeyError):  # no answer, or half of one
            return
        number += 1


def lasting_port(first: int) -> int:
    """A free port below those that systems lend to outgoing connections: it is free again after
    each kill, so that the clients' endpoint stays true."""
    return next(port for port in range(first, first + 100) if free_port(port) == port)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_acknowledged_is_lost_however_often_the_cloud_is_killed(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    cloud = KillableCloud(tmp_path, lasting_port(first=21_000 + 100 * seed))
    cloud.start()
    account = Account(cloud.facts, Ledger())
    account.prepare()
    try:
        for round_number in range(ROUNDS):
            stop = threading.Event()
            first = round_number * 1_000_000
            threads = [
                threading.Thread(target=load_until, args=(stop, deed, first + place * 100_000))
                for place, deed in enumerate(account.deeds())
            ]
            for thread in threads:
                thread.start()
            time.sleep(chance.random() * LONGEST_LIFE_S)
            cloud.kill()
            stop.set()
            for thread in threads:
                thread.join()
            cloud.start()
            account.check()
        account.check_messages()
        account.check_events()
    finally:
        cloud.close()
