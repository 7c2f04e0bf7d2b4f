"""When a session on a real account ends, what it made is removed; what was there before stays."""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from lab_helpers.backends import aws_made, aws_record, aws_session
from lab_helpers.backends.aws import AwsBackend
from lab_helpers.backends.aws_made import made_in
from lab_helpers.backends.aws_new_roles import ATTEMPTS, survive_new_roles
from lab_helpers.backends.aws_record import own_record
from lab_helpers.backends.backend import Credentials
from lab_helpers.backends.session import endpoint_session
from lab_helpers.grading import account_end
from lab_helpers.grading.account_end import remove_left_behind, remove_made
from lab_helpers.notebook.open_lab import start_lab
from tests.backends.test_aws_cleanup import TRUST, make_one_of_each
from tests.cloud_process import CloudProcess, own_runtime, zipped

ROLE_REFUSED = "The role defined for the function cannot be assumed by Lambda."


@pytest.fixture
def account(cloud: CloudProcess, monkeypatch: pytest.MonkeyPatch) -> AwsBackend:
    """The embedded cloud, in the place of a real account."""

    def session(_profile: str, region: str | None = None) -> boto3.Session:
        keys = Credentials(cloud.access_key_id, cloud.secret_access_key)
        return endpoint_session(cloud.endpoint, region or cloud.region, keys)

    monkeypatch.setattr(aws_session, "profile_session", session)
    monkeypatch.setattr(aws_made, "_made", {})
    monkeypatch.setattr(account_end, "_registered", set())
    return AwsBackend("sandbox", cloud.region, cloud.account_id)


def make_a_function(session: Any, name: str) -> None:
    role = session.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    session.client("lambda").create_function(
        FunctionName=name,
        Runtime=own_runtime(),
        Handler="m.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": zipped({"m.py": "def handler(e, c): pass\n"})},
        Publish=True,
    )


@pytest.mark.slow
def test_all_that_a_session_made_is_gone_at_its_end(account: AwsBackend) -> None:
    theirs = aws_session.profile_session("sandbox")
    make_one_of_each(theirs, "dojo-stays")
    make_one_of_each(account.session(), "dojo-goes")
    make_a_function(account.session(), "dojo-goes-too")
    account.session().client("sqs").create_queue(QueueName="dojo-stays-queue")
    told: list[str] = []
    assert remove_made(account, told.append) == 0, told
    kinds = ("role", "policy", "bucket", "queue", "topic", "table", "layer", "dojo-goes-too")
    assert [kind for kind in kinds if kind not in " ".join(told)] == []
    assert "dojo-stays" not in " ".join(told)
    assert made_in(account.account_id, account.region).arns == {}
    with pytest.raises(ClientError, match="not found"):
        theirs.client("lambda").get_function(FunctionName="dojo-goes-too")
    with pytest.raises(ClientError):
        theirs.client("iam").get_role(RoleName="dojo-goes-too")
    assert theirs.client("sqs").get_queue_url(QueueName="dojo-stays-queue")
    assert (
        theirs.client("s3").get_object(Bucket="dojo-stays-bucket", Key="k")["Body"].read() == b"x"
    )


def test_what_cannot_be_removed_is_told_with_the_command_that_tries_again(
    account: AwsBackend,
) -> None:
    made_in(account.account_id, account.region).arns["arn:aws:rds:us-east-1:1:db:x"] = None
    told: list[str] = []
    assert remove_made(account, told.append) == 1
    assert "lambda-dojo cleanup --backend aws" in told[-1]


def test_what_a_killed_session_left_is_removed_by_whoever_comes_next(
    account: AwsBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = (account.account_id, "arn", account.region)
    monkeypatch.setattr(aws_session, "identify", lambda profile, region: who)
    record = own_record(tmp_path, "sandbox", account.account_id, account.region)
    made_in(account.account_id, account.region).record = record
    sqs = account.session().client("sqs")
    url = sqs.create_queue(QueueName="dojo-left")["QueueUrl"]
    other = sqs.create_queue(QueueName="dojo-left-too")["QueueUrl"]
    told: list[str] = []
    assert remove_left_behind(tmp_path, told.append) == 0
    assert told == [], "this session is not over"

    monkeypatch.setattr(aws_record, "_is_running", lambda pid, began: False)
    assert remove_left_behind(tmp_path, told.append, stopping=lambda: len(told) > 1) == 1
    assert [arn.rpartition(":")[2] for arn in record.left()] == ["dojo-left"]
    assert "lambda-dojo cleanup --backend aws" in told[-1]
    assert sqs.get_queue_attributes(QueueUrl=url)
    assert remove_left_behind(tmp_path, told.append) == 0
    assert not record.path.exists()
    for gone in (url, other):
        with pytest.raises(sqs.exceptions.QueueDoesNotExist):
            sqs.get_queue_attributes(QueueUrl=gone)


def test_what_is_left_stays_on_record_where_the_profile_does_not_work_any_more(
    account: AwsBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws_record, "_is_running", lambda pid, began: False)
    record = own_record(tmp_path, "sandbox", "999999999999", account.region)
    record.made(f"arn:aws:sqs:{account.region}:999999999999:dojo-left")
    who = (account.account_id, "arn", account.region)
    monkeypatch.setattr(aws_session, "identify", lambda profile, region: who)
    told: list[str] = []
    assert remove_left_behind(tmp_path, told.append) == 1
    assert "and was 999999999999" in " ".join(told)
    assert len(record.left()) == 1


def test_an_open_lab_on_an_account_sees_to_the_end_once(
    account: AwsBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_exit: list[tuple[Callable[..., object], object]] = []
    monkeypatch.setattr(atexit, "register", lambda *call: at_exit.append((call[0], call[1])))
    env = {"LAMBDA_DOJO_HOME": str(tmp_path)}
    for _ in range(2):
        start_lab("create_function", backend=account, folder=tmp_path, environ=env)
    assert at_exit == [(remove_made, account)]


class SlowIam:
    """AWS where a new role becomes known after some refusals."""

    def __init__(self, refusals: int) -> None:
        self.left = refusals
        self.slept: list[float] = []

    def send(self, request: Any) -> AWSResponse:
        refused = self.left > 0
        self.left -= 1
        headers = {"x-amzn-ErrorType": "InvalidParameterValueException"} if refused else {}
        document = {"message": ROLE_REFUSED} if refused else {"FunctionName": "f"}
        answer = AWSResponse(request.url, 400 if refused else 201, headers, None)
        answer._content = json.dumps(document).encode()
        return answer


def new_function(monkeypatch: pytest.MonkeyPatch, iam: SlowIam) -> Any:
    monkeypatch.setattr(URLLib3Session, "send", lambda _self, request: iam.send(request))
    monkeypatch.setattr(botocore.endpoint.time, "sleep", iam.slept.append)
    session = boto3.Session("AKIDSOMEBODY", "secret", region_name="us-east-1")
    survive_new_roles(session)
    return session.client("lambda").create_function(
        FunctionName="f", Role="arn:aws:iam::123456789012:role/r", Code={"ZipFile": b"x"}
    )


def test_a_role_that_is_not_known_yet_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    iam = SlowIam(refusals=3)
    assert new_function(monkeypatch, iam)["FunctionName"] == "f"
    assert iam.slept == [3.0] * 3


def test_a_role_that_stays_unknown_is_refused_in_awss_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    iam = SlowIam(refusals=100)
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        new_function(monkeypatch, iam)
    assert len(iam.slept) == ATTEMPTS - 1
