"""What labs make in an account is found by its tag and removed; what is others' stays."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from lab_helpers.backends import aws, aws_session
from lab_helpers.backends.aws import AwsBackend
from lab_helpers.backends.aws_found import found_in_account
from lab_helpers.backends.backend import Credentials
from lab_helpers.backends.session import endpoint_session
from lab_helpers.cli import app
from lab_helpers.errors import DojoError
from lab_helpers.grading.preparing import LAMBDA_SERVICE, policy
from lab_helpers.grading.removing_found import remove_found
from tests.cloud_process import CloudProcess

TRUST = policy({"Effect": "Allow", "Principal": LAMBDA_SERVICE, "Action": "sts:AssumeRole"})


@pytest.fixture
def account(cloud: CloudProcess, monkeypatch: pytest.MonkeyPatch) -> AwsBackend:
    """The embedded cloud, in the place of a real account."""

    def session(_profile: str, region: str | None = None) -> boto3.Session:
        keys = Credentials(cloud.access_key_id, cloud.secret_access_key)
        return endpoint_session(cloud.endpoint, region or cloud.region, keys)

    monkeypatch.setattr(aws_session, "profile_session", session)
    monkeypatch.setattr(aws, "_agreed", set())
    monkeypatch.setenv("LAMBDA_DOJO_AWS_PROFILE", "sandbox")
    return AwsBackend("sandbox", cloud.region, cloud.account_id)


def zip_of(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "x = 1")
    return data.getvalue()


def make_one_of_each(session: Any, word: str) -> None:
    """As the labs do."""
    iam, sqs, dynamodb = session.client("iam"), session.client("sqs"), session.client("dynamodb")
    iam.create_role(RoleName=f"{word}-role", AssumeRolePolicyDocument=TRUST)
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    iam.create_policy(PolicyName=f"{word}-policy", PolicyDocument=policy(statement))
    session.client("s3").create_bucket(Bucket=f"{word}-bucket")
    session.client("s3").put_object(Bucket=f"{word}-bucket", Key="k", Body=b"x")
    sqs.create_queue(QueueName=f"{word}-queue")
    session.client("sns").create_topic(Name=f"{word}-topic")
    dynamodb.create_table(
        TableName=f"{word}-table",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    session.client("lambda").publish_layer_version(
        LayerName=f"{word}-layer", Content={"ZipFile": zip_of("python/x.py")}
    )
    session.client("logs").create_log_group(logGroupName=f"/aws/lambda/{word}")


def test_a_bucket_that_was_there_before_does_not_become_a_labs(account: AwsBackend) -> None:
    aws_session.profile_session("sandbox").client("s3").create_bucket(Bucket="dojo-here-before")
    account.session().client("s3").create_bucket(Bucket="dojo-here-before")
    assert "arn:aws:s3:::dojo-here-before" not in found_in_account(account.session())


@pytest.mark.slow
def test_what_labs_made_is_listed_and_removed_and_the_rest_stays(account: AwsBackend) -> None:
    theirs = aws_session.profile_session("sandbox")
    make_one_of_each(theirs, "dojo-theirs")
    make_one_of_each(account.session(), "dojo-ours")
    found = found_in_account(account.session())
    names = " ".join(found)
    kinds = ("role", "policy", "bucket", "queue", "topic", "table", "layer")
    assert [kind for kind in kinds if f"dojo-ours-{kind}" not in names] == []
    assert "dojo-theirs" not in names

    asked = f"{account.account_id}\n"
    declined = CliRunner().invoke(app, ["cleanup", "--backend", "aws"], input=asked + "n\n")
    assert declined.exit_code == 1
    assert "Nothing was removed" in declined.output
    assert found_in_account(account.session()) == found

    done = CliRunner().invoke(app, ["cleanup", "--backend", "aws"], input="y\n")
    assert done.exit_code == 0, done.output
    assert found_in_account(account.session()) == []
    assert (
        theirs.client("s3").get_object(Bucket="dojo-theirs-bucket", Key="k")["Body"].read() == b"x"
    )
    assert theirs.client("iam").get_role(RoleName="dojo-theirs-role")


def test_a_tagged_thing_that_labs_do_not_make_is_left_alone() -> None:
    with pytest.raises(DojoError, match="left alone"):
        remove_found(object(), "arn:aws:rds:us-east-1:123456789012:db:payroll")  # type: ignore[arg-type]


def test_no_other_backend_needs_cleaning_up() -> None:
    done = CliRunner().invoke(app, ["cleanup", "--backend", "embedded"])
    assert isinstance(done.exception, DojoError)
