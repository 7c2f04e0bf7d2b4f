"""moto's state, repeated from its commands or put back from a snapshot, is the state it was."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_helpers.emulator.durability import command_log
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.kept_account import KeptAccount
from lab_helpers.emulator.moto_bridge import moto_snapshot
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.dispatch import MotoServices
from lab_helpers.emulator.moto_bridge.services import forget_everything
from lab_helpers.emulator.moto_bridge.stream_reading import DynamoDBStreams
from tests.emulator.durability.moto_in_process import ACCOUNT, client

BUCKETS = ["alpha", "beta"]
KEYS = ["k", "a b/ü", "z+z"]
QUEUES = ["plain", "other"]


@pytest.fixture(autouse=True)
def _clean_moto() -> Iterator[None]:
    forget_everything()
    yield
    CHANGES.keep_in(None)
    forget_everything()


class Account:
    """A few services, and all that can be seen of them."""

    def __init__(self) -> None:
        DynamoDBStreams(ACCOUNT, lambda arn: None).install()
        services = MotoServices(ACCOUNT, lambda key: key)
        names = ("s3", "sqs", "sns", "dynamodb", "kinesis", "iam", "logs", "kms", "secretsmanager")
        self.clients = {name: client(services, name) for name in names}

    def do(self, service: str, operation: str, **arguments: Any) -> Any:
        """The answer; None where AWS refuses."""
        try:
            return getattr(self.clients[service], operation)(**arguments)
        except ClientError:
            return None

    def url(self, queue: str) -> str:
        return f"http://127.0.0.1:4599/{ACCOUNT}/{queue}"

    def seen(self) -> dict[str, Any]:
        """Ids, contents and attributes of everything, without the times of day."""
        s3, sqs = self.clients["s3"], self.clients["sqs"]
        found: dict[str, Any] = {}
        for bucket in s3.list_buckets()["Buckets"]:
            name = bucket["Name"]
            versions = s3.list_object_versions(Bucket=name)
            found[name] = [
                (one["Key"], one["VersionId"], one["ETag"], one["IsLatest"])
                for one in versions.get("Versions", [])
            ] + [(one["Key"], one["VersionId"]) for one in versions.get("DeleteMarkers", [])]
        for url in sqs.list_queues().get("QueueUrls", []):
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            found[url] = {
                name: value
                for name, value in attributes["Attributes"].items()
                if "Timestamp" not in name
            }
        for table in self.clients["dynamodb"].list_tables()["TableNames"]:
            found[table] = self.clients["dynamodb"].scan(TableName=table)["Items"]
            described = self.clients["dynamodb"].describe_table(TableName=table)["Table"]
            found["stream of " + table] = described.get("LatestStreamArn")
        for user in self.clients["iam"].list_users()["Users"]:
            keys = self.clients["iam"].list_access_keys(UserName=user["UserName"])
            found[user["UserName"]] = (
                user["UserId"],
                [one["AccessKeyId"] for one in keys["AccessKeyMetadata"]],
            )
        return found

    def messages(self) -> list[tuple[str, str]]:
        """Takes what is visible in the queues: ids, bodies, in order."""
        taken = []
        for url in self.clients["sqs"].list_queues().get("QueueUrls", []):
            while True:
                got = self.do("sqs", "receive_message", QueueUrl=url, MaxNumberOfMessages=10)
                if not got or not got.get("Messages"):
                    break
                taken += [(one["MessageId"], _unsigned(one["Body"])) for one in got["Messages"]]
        return taken


def _unsigned(body: str) -> str:
    """SNS writes the time to the millisecond into its messages, and signs them."""
    return re.sub(r'"(Timestamp|Signature)": "[^"]*"', "", body)


def created(account: Account) -> None:
    for bucket in BUCKETS:
        account.do("s3", "create_bucket", Bucket=bucket)
    for queue in QUEUES:
        account.do("sqs", "create_queue", QueueName=queue)
    topic = account.do("sns", "create_topic", Name="t")["TopicArn"]
    for queue in QUEUES:
        endpoint = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{queue}"
        account.do("sns", "subscribe", TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    account.do(
        "dynamodb",
        "create_table",
        TableName="t",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )


def receive_and_maybe_delete(account: Account, queue: str, delete: bool) -> None:
    got = account.do("sqs", "receive_message", QueueUrl=account.url(queue))
    for message in (got or {}).get("Messages", []) if delete else []:
        handle = message["ReceiptHandle"]
        account.do("sqs", "delete_message", QueueUrl=account.url(queue), ReceiptHandle=handle)


Deed = Callable[[Account], object]
texts = st.text(max_size=8)
deeds: st.SearchStrategy[Deed] = st.one_of(
    st.builds(
        lambda b, k, c: lambda a: a.do("s3", "put_object", Bucket=b, Key=k, Body=c),
        st.sampled_from(BUCKETS),
        st.sampled_from(KEYS),
        st.binary(max_size=50),
    ),
    st.builds(
        lambda b, k: lambda a: a.do("s3", "delete_object", Bucket=b, Key=k),
        st.sampled_from(BUCKETS),
        st.sampled_from(KEYS),
    ),
    st.builds(
        lambda b: (
            lambda a: a.do(
                "s3",
                "put_bucket_versioning",
                Bucket=b,
                VersioningConfiguration={"Status": "Enabled"},
            )
        ),
        st.sampled_from(BUCKETS),
    ),
    st.builds(
        lambda q, m: lambda a: a.do("sqs", "send_message", QueueUrl=a.url(q), MessageBody=m or "-"),
        st.sampled_from(QUEUES),
        texts,
    ),
    st.builds(
        lambda q, d: lambda a: receive_and_maybe_delete(a, q, d),
        st.sampled_from(QUEUES),
        st.booleans(),
    ),
    st.builds(
        lambda m: (
            lambda a: a.do(
                "sns", "publish", TopicArn=f"arn:aws:sns:us-east-1:{ACCOUNT}:t", Message=m or "-"
            )
        ),
        texts,
    ),
    st.builds(
        lambda i: lambda a: a.do("dynamodb", "put_item", TableName="t", Item={"id": {"S": i}}),
        st.sampled_from(["1", "2"]),
    ),
    st.builds(
        lambda n: (
            lambda a: (
                a.do("iam", "create_user", UserName=n),
                a.do("iam", "create_access_key", UserName=n),
            )
        ),
        st.sampled_from(["ann", "ben"]),
    ),
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(deeds, max_size=15))
def test_repeated_commands_give_the_same_state(sequence: list[Deed]) -> None:
    forget_everything()
    with tempfile.TemporaryDirectory() as name:
        store = AccountStore(Path(name))
        account = Account()
        CHANGES.keep_in(store)
        created(account)
        for deed in sequence:
            deed(account)
        before = account.seen()
        CHANGES.keep_in(None)
        waiting = account.messages()

        forget_everything()
        with time_machine.travel(0.0, tick=False) as traveller:
            CHANGES.repeat(command_log.kept_after(store, 0), traveller.move_to)

        assert CHANGES.not_repeated == []
        assert account.seen() == before
        assert account.messages() == waiting
        store.close()


def test_a_snapshot_brings_back_what_has_locks_keys_and_functions_in_it(tmp_path: Path) -> None:
    account = Account()
    created(account)
    key = account.do("kms", "create_key")["KeyMetadata"]["KeyId"]
    sealed = account.do("kms", "encrypt", KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
    account.do("secretsmanager", "create_secret", Name="s", SecretString="x")
    account.do("sqs", "send_message", QueueUrl=account.url("plain"), MessageBody="m")
    before = account.seen()

    content = moto_snapshot.dump()
    forget_everything()
    moto_snapshot.load(content)

    assert account.seen() == before
    assert account.do("kms", "decrypt", CiphertextBlob=sealed)["Plaintext"] == b"secret"
    assert account.messages()[0][1] == "m"


def test_a_snapshot_brings_back_every_version_of_an_object() -> None:
    account = Account()
    account.do("s3", "create_bucket", Bucket="alpha")
    enabled = {"Status": "Enabled"}
    account.do("s3", "put_bucket_versioning", Bucket="alpha", VersioningConfiguration=enabled)
    for body in (b"one", b"two", b"three"):
        account.do("s3", "put_object", Bucket="alpha", Key="k", Body=body)
    account.do("s3", "delete_object", Bucket="alpha", Key="k")

    def listed() -> list[str]:
        found = account.do("s3", "list_object_versions", Bucket="alpha")
        return [one["VersionId"] for one in found["Versions"] + found["DeleteMarkers"]]

    before = listed()
    content = moto_snapshot.dump()
    forget_everything()
    moto_snapshot.load(content)

    assert len(before) == 4
    assert listed() == before


def test_another_version_of_moto_repeats_the_whole_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, kept = Account(), KeptAccount(tmp_path)
    kept.restore()
    created(account)
    before = account.seen()
    kept.close()
    forget_everything()
    monkeypatch.setattr(moto_snapshot, "STAMP", "another version")
    monkeypatch.setattr(moto_snapshot, "load", lambda _: pytest.fail("not its own snapshot"))

    again = KeptAccount(tmp_path)
    restored = again.restore()

    assert restored.commands > 0
    assert account.seen() == before
    again.close()


def test_after_an_orderly_end_nothing_need_be_repeated(tmp_path: Path) -> None:
    account, kept = Account(), KeptAccount(tmp_path)
    kept.restore()
    created(account)
    before = account.seen()
    kept.close()
    forget_everything()

    again = KeptAccount(tmp_path)

    assert again.restore().commands == 0
    assert account.seen() == before
    again.close()


def test_a_command_that_cannot_be_repeated_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    account, kept = Account(), KeptAccount(tmp_path)
    kept.restore()
    account.do("s3", "create_bucket", Bucket="alpha")
    command_log.keep(kept.store, command_log.Command("of.another.time", 0.0, 0, {}, []))
    account.do("s3", "create_bucket", Bucket="beta")
    CHANGES.keep_in(None)
    kept.store.close()
    forget_everything()

    again = KeptAccount(tmp_path)
    restored = again.restore()

    assert [line.split(":")[0] for line in restored.not_repeated] == ["of.another.time"]
    assert set(account.seen()) == {"alpha", "beta"}
    again.close()


def test_reading_and_refused_requests_are_not_written_down(tmp_path: Path) -> None:
    account, kept = Account(), KeptAccount(tmp_path)
    kept.restore()
    account.do("s3", "list_buckets")
    account.do("s3", "put_object", Bucket="no-such-bucket", Key="k", Body=b"")
    account.do("sqs", "create_queue", QueueName="q")
    written = kept.store.last_command
    account.do("sqs", "receive_message", QueueUrl=account.url("q"))

    assert kept.store.last_command == written == 1
    kept.close()


def test_no_signature_or_session_token_reaches_the_disk(tmp_path: Path) -> None:
    account, kept = Account(), KeptAccount(tmp_path)
    kept.restore()
    account.do("s3", "create_bucket", Bucket="alpha")
    (content,) = kept.store.commands_after(0)

    assert b"Credential=" in content
    assert b"Signature=" not in content
    kept.close()


def test_whom_an_answer_asks_in_turn_is_not_kept_apart(tmp_path: Path) -> None:
    store = AccountStore(tmp_path)
    CHANGES.keep_in(store)
    seen: list[tuple[str, str]] = []

    def change(_name: str) -> None:
        outer = CHANGES.asked(lambda: CHANGES.asked(lambda: "inner") + " and outer")
        seen.append((outer, CHANGES.asked(lambda: "next")))

    CHANGES.repeatable("test.nested", change)("once")
    CHANGES.keep_in(None)
    CHANGES.repeat(command_log.kept_after(store, 0), lambda _time: None)
    store.close()
    assert seen == [("inner and outer", "next")] * 2
