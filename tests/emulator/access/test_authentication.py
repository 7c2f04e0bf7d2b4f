"""Who may come in, and in whose words the others are refused."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from lab_helpers.emulator.access.authentication import Authentication
from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.access.principals import KeyOwner
from lab_helpers.emulator.http import Headers, Request
from tests.fakes import FakeClock

HOST = "127.0.0.1:4599"
USER = KeyOwner("arn:aws:iam::123456789012:user/learner", "AIDA", "secret")
SESSION = KeyOwner("arn:aws:sts::1:assumed-role/r/s", "AROA", "secret2", "token", 0.0)
CONTENT = {
    "s3": "",
    "sts": "application/x-www-form-urlencoded",
    "sqs": "application/x-amz-json-1.0",
    "lambda": "application/json",
}


class Door:
    """Requests are signed at the clock's time, ``moved`` seconds off."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.session = replace(SESSION, expires_at=self.clock.now() + 3600)
        owners = {"AKIAUSER": USER, "ASIASESSION": self.session}
        self._authentication = Authentication(
            self.clock, lambda key: {**owners, "ASIASESSION": self.session}.get(key), "us-east-1"
        )

    def request(
        self,
        service: str = "sqs",
        moved: float = 0.0,
        key: str = "AKIAUSER",
        secret: str = "secret",
        token: str | None = None,
        presign: bool = False,
        headers: dict[str, str] | None = None,
    ) -> Request:
        fields = {"Host": HOST} | (headers or {})
        if CONTENT[service]:
            fields["Content-Type"] = CONTENT[service]
        made = AWSRequest("GET" if presign else "POST", f"http://{HOST}/b/k", fields, b"")
        kinds: dict[tuple[bool, bool], Any] = {
            (False, False): auth.SigV4Auth,
            (True, False): auth.S3SigV4Auth,
            (False, True): auth.SigV4QueryAuth,
            (True, True): auth.S3SigV4QueryAuth,
        }
        signer = kinds[service == "s3", presign](
            Credentials(key, secret, token), service, "us-east-1"
        )
        with mock.patch.object(auth, "get_current_datetime", self._time(moved)):
            signer.add_auth(made)
        prepared = made.prepare()
        parts = urlsplit(prepared.url)
        pairs = [(name, _text(value)) for name, value in prepared.headers.items()]
        return Request(str(made.method), parts.path, parts.query, Headers(pairs), b"")

    def _time(self, moved: float) -> Callable[..., Any]:
        def now(*_: object, **__: object) -> datetime.datetime:
            moment = self.clock.now() + moved
            return datetime.datetime.fromtimestamp(moment, datetime.UTC).replace(tzinfo=None)

        return now

    def admit(self, request: Request) -> str:
        return self._authentication.admit(request)[0].arn

    def refusal(self, request: Request) -> tuple[str, int, str]:
        with pytest.raises(AwsError) as error:
            self._authentication.admit(request)
        return error.value.code, error.value.status, error.value.message


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize("service", CONTENT)
@pytest.mark.parametrize("moved", [-890, 0, 890])
@pytest.mark.parametrize("presign", [False, True])
def test_a_clock_may_be_a_quarter_of_an_hour_off(
    door: Door, service: str, moved: float, presign: bool
) -> None:
    assert door.admit(door.request(service, moved, presign=presign)) == USER.arn


SKEWED = [
    ("s3", "RequestTimeTooSkewed", 403, "The difference between the request time and the current"),
    ("sts", "SignatureDoesNotMatch", 403, "Signature expired: "),
    ("sqs", "InvalidSignatureException", 400, "Signature expired: "),
    ("lambda", "InvalidSignatureException", 403, "Signature expired: "),
]


@pytest.mark.parametrize(("service", "code", "status", "text"), SKEWED)
@pytest.mark.fidelity(
    "A request of a clock that is more than 15 minutes off is refused in each service's words",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html",
)
def test_a_clock_that_is_late_is_refused(
    door: Door, service: str, code: str, status: int, text: str
) -> None:
    refusal = door.refusal(door.request(service, -910))
    assert refusal[:2] == (code, status)
    assert refusal[2].startswith(text)


@pytest.mark.parametrize(("service", "code", "status", "_"), SKEWED)
def test_a_clock_that_is_early_is_refused(
    door: Door, service: str, code: str, status: int, _: str
) -> None:
    refusal = door.refusal(door.request(service, 910))
    assert refusal[:2] == (code, status)
    assert service == "s3" or refusal[2].startswith("Signature not yet current: ")


@pytest.mark.parametrize(
    ("service", "code", "text"),
    [
        ("s3", "AccessDenied", "Request has expired"),
        ("sts", "SignatureDoesNotMatch", "Signature expired: "),
    ],
)
def test_a_presigned_url_has_its_own_end(door: Door, service: str, code: str, text: str) -> None:
    assert door.admit(door.request(service, -3590, presign=True)) == USER.arn
    refusal = door.refusal(door.request(service, -3610, presign=True))
    assert refusal[:2] == (code, 403)
    assert refusal[2].startswith(text)


EXPIRED = [
    ("s3", "ExpiredToken", 400, "The provided token has expired."),
    ("sts", "ExpiredToken", 403, "The security token included in the request is expired"),
    ("sqs", "ExpiredTokenException", 400, "The security token included in the request is expired"),
    ("lambda", "ExpiredTokenException", 403, "The security token included in the request is exp"),
]


@pytest.mark.parametrize(("service", "code", "status", "text"), EXPIRED)
@pytest.mark.fidelity(
    "Temporary credentials that have expired are refused in each service's words",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html",
)
def test_expired_temporary_credentials_are_refused(
    door: Door, service: str, code: str, status: int, text: str
) -> None:
    request = door.request(service, 0, "ASIASESSION", "secret2", "token")
    assert door.admit(request) == SESSION.arn
    door.session = replace(door.session, expires_at=door.clock.now() - 1)
    refusal = door.refusal(request)
    assert refusal[:2] == (code, status)
    assert refusal[2].startswith(text)


@pytest.mark.parametrize("token", [None, "other", ""])
def test_temporary_credentials_need_their_own_token(door: Door, token: str | None) -> None:
    request = door.request("sqs", 0, "ASIASESSION", "secret2", token)
    assert door.refusal(request)[0] == "UnrecognizedClientException"


def test_a_users_key_takes_no_token(door: Door) -> None:
    assert door.refusal(door.request(token="t"))[0] == "UnrecognizedClientException"


def test_a_key_that_was_made_inactive_is_unknown(door: Door) -> None:
    request = door.request("sqs", 0, "ASIASESSION", "secret2", "token")
    door.session = replace(door.session, active=False)
    assert door.refusal(request)[0] == "UnrecognizedClientException"


def test_a_header_that_was_added_after_signing_is_refused(door: Door) -> None:
    request = door.request("s3")
    request.headers.set("x-amz-copy-source", "other/secret")
    assert door.refusal(request)[:2] == ("AccessDenied", 403)
    request = door.request("sqs", headers={"X-Amz-Target": "AmazonSQS.ListQueues"})
    assert door.admit(request) == USER.arn
    request.headers.set("X-Amz-Target", "AmazonSQS.DeleteQueue")
    assert door.refusal(request)[0] == "InvalidSignatureException"


def test_the_host_must_be_signed(door: Door) -> None:
    request = door.request("sqs")
    authorization = request.headers.get("authorization")
    request.headers.set("authorization", authorization.replace(";host", "").replace("host;", ""))
    code, _, text = door.refusal(request)
    assert code == "InvalidSignatureException"
    assert "must be a 'SignedHeader'" in text


def test_another_days_scope_is_refused(door: Door) -> None:
    request = door.request("sqs")
    authorization = request.headers.get("authorization")
    day = request.headers.get("x-amz-date")[:8]
    request.headers.set("authorization", authorization.replace(f"/{day}/", "/20200101/"))
    code, _, text = door.refusal(request)
    assert code == "InvalidSignatureException"
    assert text.startswith("Date in Credential scope does not match YYYYMMDD")


@pytest.mark.parametrize("service", ["s3", "sqs"])
def test_a_request_without_a_date_is_refused(door: Door, service: str) -> None:
    request = door.request(service)
    request.headers.remove("x-amz-date")
    code, _, _ = door.refusal(request)
    assert code == {"s3": "AccessDenied", "sqs": "IncompleteSignatureException"}[service]


def test_content_other_than_the_signed_hash_is_refused_in_s3s_words(door: Door) -> None:
    request = door.request("s3")
    request.headers.set("x-amz-content-sha256", request.headers.get("x-amz-content-sha256"))
    request.body = b"another"
    assert door.refusal(request)[:2] == ("XAmzContentSHA256Mismatch", 400)
