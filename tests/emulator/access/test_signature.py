"""Signatures are checked against botocore's own signer: the oracle is AWS's client."""

from __future__ import annotations

import datetime
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.access.errors import Fault
from lab_helpers.emulator.access.signature import (
    CLOCK_SKEW_S,
    SignatureFaultError,
    is_authentic,
    read_signature,
    refuse_bad_time,
)
from lab_helpers.emulator.http import Headers, Request

KEY, SECRET = "AKIAABCDEFGHIJKLMNOP", "secret/with+odd=characters"
HOST = "127.0.0.1:4599"


def signed(
    method: str = "POST",
    path: str = "/",
    query: str = "",
    body: bytes = b"",
    service: str = "sqs",
    token: str | None = None,
    presign: bool = False,
) -> Request:
    """What a client sends that signs with botocore."""
    url = f"http://{HOST}{path}" + (f"?{query}" if query else "")
    request = AWSRequest(method, url, {"Host": HOST}, body)
    credentials = Credentials(KEY, SECRET, token)
    signers = {
        (False, False): SigV4Auth,
        (True, False): S3SigV4Auth,
        (False, True): SigV4QueryAuth,
        (True, True): S3SigV4QueryAuth,
    }
    signer = signers[service == "s3", presign](credentials, service, "us-east-1")
    signer.add_auth(request)
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    headers = [(name, _text(value)) for name, value in prepared.headers.items()]
    return Request(method, parts.path or "/", parts.query, Headers(headers), body)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def check(request: Request, secret: str = SECRET) -> bool:
    signature = read_signature(request)
    assert signature is not None
    return is_authentic(request, signature, secret)


KEYS = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=30)


def test_a_signed_post_is_authentic() -> None:
    assert check(signed(body=b'{"QueueName": "q"}'))


def test_another_secret_is_not() -> None:
    assert not check(signed(), secret="another")


def test_a_changed_body_is_not() -> None:
    request = signed(body=b"one")
    request.body = b"two"
    assert not check(request)


def test_a_changed_header_that_was_signed_is_not() -> None:
    request = signed()
    request.headers.set("x-amz-date", "20200101T000000Z")
    assert not check(request)


@given(key=KEYS)
def test_any_object_key_is_authentic_for_s3(key: str) -> None:
    from urllib.parse import quote

    assert check(signed("PUT", f"/bucket/{quote(key, safe='/~')}", body=b"x", service="s3"))


@given(name=KEYS, value=KEYS)
def test_any_query_is_authentic(name: str, value: str) -> None:
    from urllib.parse import quote

    query = f"{quote(name, safe='~')}={quote(value, safe='~')}"
    assert check(signed("GET", "/2015-03-31/functions", query, service="lambda"))


def test_an_arn_in_the_path_is_authentic() -> None:
    path = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af"
    assert check(signed("GET", path, service="lambda"))


@pytest.mark.parametrize("service", ["s3", "sqs"])
def test_a_presigned_url_is_authentic(service: str) -> None:
    request = signed("GET", "/bucket/key", service=service, presign=True)
    signature = read_signature(request)
    assert signature is not None
    assert signature.presigned
    assert is_authentic(request, signature, SECRET)


def test_a_session_token_is_read() -> None:
    signature = read_signature(signed(token="token"))
    assert signature is not None
    assert signature.session_token == "token"


def test_an_unsigned_request_has_no_signature() -> None:
    assert read_signature(Request("GET", "/")) is None


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic abc",
        "AWS4-HMAC-SHA256 garbage",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c",
        "AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=",
    ],
)
def test_a_malformed_authorization_is_incomplete(authorization: str) -> None:
    with pytest.raises(SignatureFaultError) as error:
        read_signature(Request("GET", "/", headers=Headers([("Authorization", authorization)])))
    assert error.value.fault is Fault.INCOMPLETE


@given(st.text(max_size=200))
def test_no_authorization_header_breaks_the_reader(text: str) -> None:
    headers = Headers([("Authorization", "AWS4-HMAC-SHA256 " + text)])
    try:
        read_signature(Request("GET", "/", headers=headers))
    except SignatureFaultError as error:
        assert error.fault is Fault.INCOMPLETE


def test_a_request_is_refused_after_fifteen_minutes() -> None:
    request = signed()
    signature = read_signature(request)
    assert signature is not None
    now = datetime.datetime.now(datetime.UTC).timestamp()
    refuse_bad_time(signature, now)
    with pytest.raises(SignatureFaultError, match=r"is now earlier than \w+ \(\w+ - 15 min\.\)"):
        refuse_bad_time(signature, now + CLOCK_SKEW_S + 5)


def test_a_presigned_url_expires_when_it_says() -> None:
    signature = read_signature(signed("GET", "/b/k", service="s3", presign=True))
    assert signature is not None
    now = datetime.datetime.now(datetime.UTC).timestamp()
    refuse_bad_time(signature, now + signature.expires_s - 5)
    with pytest.raises(SignatureFaultError) as error:
        refuse_bad_time(signature, now + signature.expires_s + 5)
    assert error.value.fault is Fault.EXPIRED_REQUEST
