"""Nothing is made in a real account without a typed yes, whatever keys lie around."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from lab_helpers.backends import aws, aws_session, aws_tags
from lab_helpers.backends.aws import AwsBackend, aws_backend
from lab_helpers.backends.aws_estimate import upper_estimate_usd
from lab_helpers.backends.aws_names import NAMED, has_prefix
from lab_helpers.backends.backend import Capability
from lab_helpers.errors import DojoError
from lab_helpers.notebook.open_lab import start_lab

ACCOUNT_ID = "210987654321"
IDENTITY = f"""<GetCallerIdentityResponse><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT_ID}:user/ana</Arn><UserId>AIDA</UserId><Account>{ACCOUNT_ID}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""
LYING_AROUND = {
    "AWS_ACCESS_KEY_ID": "AKIDLYINGAROUND",
    "AWS_SECRET_ACCESS_KEY": "secret-lying-around",
    "AWS_PROFILE": "default",
}


class Wire:
    """Stands where requests leave this process, and counts them."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, request: Any) -> AWSResponse:
        self.sent.append(request)
        answer = AWSResponse(request.url, 200, {}, None)
        answer._content = IDENTITY.encode()
        return answer

    @property
    def actions(self) -> list[str]:
        """What was asked of STS; of anything else the whole body."""
        bodies = [str(request.body) for request in self.sent]
        return ["identity" if "GetCallerIdentity" in body else body for body in bodies]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Wire:
    found = Wire()
    monkeypatch.setattr(URLLib3Session, "send", lambda _self, request: found.send(request))
    monkeypatch.setattr(aws, "_agreed", set())
    folder = tmp_path / "aws"
    folder.mkdir()
    (folder / "config").write_text("[profile sandbox]\nregion = us-east-1\n[profile nowhere]\n")
    (folder / "credentials").write_text(
        "[sandbox]\naws_access_key_id = AKIDSANDBOX\naws_secret_access_key = s\n"
        "[nowhere]\naws_access_key_id = AKIDNOWHERE\naws_secret_access_key = s\n"
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = s\n"
    )
    files = {
        "config_file": (None, None, str(folder / "config"), None),
        "credentials_file": (None, None, str(folder / "credentials"), None),
    }
    monkeypatch.setattr(aws_session, "REGION_AND_FILES", {**aws_session.REGION_AND_FILES, **files})
    for name, value in LYING_AROUND.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    return found


def sandbox(**more: str) -> dict[str, str]:
    return {**LYING_AROUND, "LAMBDA_DOJO_AWS_PROFILE": "sandbox", **more}


def types(answer: str) -> Callable[[str], str]:
    return lambda _question: answer


def nobody(_question: str) -> str:
    raise EOFError


def ipykernel_without_a_front_end(_question: str) -> str:
    raise NotImplementedError("raw_input was called, but this frontend does not support input")


def test_keys_that_lie_around_are_not_even_tried(wire: Wire) -> None:
    with pytest.raises(DojoError, match="name a profile"):
        aws_backend(LYING_AROUND, ask=types(ACCOUNT_ID))
    with pytest.raises(DojoError, match="name a profile"):
        start_lab("create_function", backend="aws", environ=LYING_AROUND)
    with pytest.raises(DojoError, match="name a profile"):
        start_lab("create_function", environ=LYING_AROUND | {"LAB_BACKEND": "aws"})
    assert wire.sent == []


@pytest.mark.parametrize(
    "ask",
    [
        types(""),
        types("yes"),
        types("y"),
        types(ACCOUNT_ID[:-1]),
        nobody,
        ipykernel_without_a_front_end,
    ],
)
def test_without_the_account_number_nothing_is_asked_but_who_we_are(
    wire: Wire, ask: Callable[[str], str]
) -> None:
    with pytest.raises(DojoError, match="Nothing was created"):
        aws_backend(sandbox(), ask=ask)
    assert wire.actions == ["identity"]


def test_the_keys_are_those_of_the_named_profile_and_go_to_aws(wire: Wire) -> None:
    aws_backend(sandbox(), ask=types(ACCOUNT_ID))
    (request,) = wire.sent
    assert request.url == "https://sts.us-east-1.amazonaws.com/"
    assert b"AKIDSANDBOX/" in request.headers["Authorization"]
    assert b"LYINGAROUND" not in str(request.headers).encode()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_question_names_account_region_and_the_most_it_can_cost(
    wire: Wire, language: str
) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return ACCOUNT_ID

    backend = aws_backend(sandbox(LANG_UI=language), ask=ask)
    assert backend == AwsBackend("sandbox", "us-east-1", ACCOUNT_ID)
    cost = str(upper_estimate_usd("us-east-1"))
    assert all(word in asked[0] for word in (ACCOUNT_ID, "user/ana", "us-east-1", cost))
    assert aws_backend(sandbox(), ask=nobody) == backend, "a session is asked once"
    with pytest.raises(DojoError, match="Nothing was created"):
        aws_backend(sandbox(LAMBDA_DOJO_REGION="ap-northeast-1"), ask=nobody)


def test_where_the_cost_cannot_be_told_nobody_is_asked(wire: Wire) -> None:
    with pytest.raises(DojoError, match="eu-west-3"):
        aws_backend(sandbox(LAMBDA_DOJO_REGION="eu-west-3"), ask=types(ACCOUNT_ID))
    assert wire.actions == ["identity"]


def test_a_profile_that_cannot_be_used_is_told(wire: Wire) -> None:
    with pytest.raises(DojoError, match="has no Region"):
        aws_backend({"LAMBDA_DOJO_AWS_PROFILE": "nowhere"})
    with pytest.raises(DojoError, match="no-such"):
        aws_backend({"LAMBDA_DOJO_AWS_PROFILE": "no-such"})
    assert wire.sent == []


def test_aws_is_not_the_labs_own_to_empty_and_hands_out_no_keys(wire: Wire, tmp_path: Path) -> None:
    backend = aws_backend(sandbox(), ask=types(ACCOUNT_ID))
    assert not {Capability.RESET, Capability.JOURNAL} & backend.capabilities
    assert (backend.endpoint_url, backend.credentials, backend.environment()) == (None, None, {})
    env = {"LAMBDA_DOJO_HOME": str(tmp_path)}
    lab = start_lab("create_function", backend=backend, folder=tmp_path, environ=env)
    with pytest.raises(DojoError, match="may hold more than labs"):
        lab.reset()
    assert wire.actions == ["identity"]


def test_what_cannot_be_tagged_is_not_made(wire: Wire) -> None:
    session = AwsBackend("sandbox", "us-east-1", ACCOUNT_ID).session()
    iam = session.client("iam")
    with pytest.raises(DojoError, match="CreateAccessKey was not sent"):
        iam.create_access_key(UserName="ana")
    with pytest.raises(DojoError, match="RunInstances was not sent"):
        session.client("ec2").run_instances(MinCount=1, MaxCount=1)
    assert wire.sent == []


def test_what_has_no_prefix_is_not_made(wire: Wire) -> None:
    session = AwsBackend("sandbox", "us-east-1", ACCOUNT_ID).session()
    with pytest.raises(DojoError, match='"orders" does not begin with "dojo-"') as refused:
        session.client("sqs").create_queue(QueueName="orders")
    assert 'Name it "dojo-orders"' in str(refused.value.now)
    with pytest.raises(DojoError, match="CreateLogGroup was not sent"):
        session.client("logs").create_log_group(logGroupName="/dojo-x/orders")
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT_ID}:function:orders"
    with pytest.raises(DojoError, match="CreateFunction was not sent"):
        session.client("lambda").create_function(FunctionName=arn, Role="r", Code={})
    assert wire.sent == []


@pytest.mark.parametrize(
    "name",
    ["dojo-orders", "/aws/lambda/dojo-f", "arn:aws:lambda:us-east-1:210987654321:function:dojo-f"],
)
def test_the_prefix_is_seen_in_paths_and_arns(name: str) -> None:
    assert has_prefix(name)


def test_all_that_is_tagged_and_has_a_name_must_have_the_prefix() -> None:
    without_a_name = {("lambda", "CreateEventSourceMapping")}
    assert {*aws_tags.TAGGED} - {*NAMED} == without_a_name


def test_a_day_with_a_lab_costs_dollars_at_most() -> None:
    assert 0 < upper_estimate_usd("us-east-1") < 5
    assert 0 < upper_estimate_usd("ap-northeast-1") < 5
