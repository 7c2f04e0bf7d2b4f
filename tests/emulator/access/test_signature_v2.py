"""Presigned URLs in S3's old form, as boto3 makes them unless told otherwise."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config

from lab_helpers.emulator.access.authentication import Authentication
from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.access.principals import KeyOwner
from lab_helpers.emulator.http import Headers, Request
from tests.fakes import FakeClock

HOST = "127.0.0.1:4599"
OWNERS = {
    "AKIAUSER": KeyOwner("arn:aws:iam::123456789012:user/learner", "AIDA", "secret"),
    "ASIASESSION": KeyOwner("arn:aws:sts::1:assumed-role/r/s", "AROA", "secret", "to/ke+n="),
}


def presigned(lifetime_s: int, key: str = "AKIAUSER", method: str = "get_object", **of: str) -> str:
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://{HOST}",
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key="secret",
        aws_session_token=OWNERS[key].session_token,
        config=Config(signature_version="s3"),
    )
    url: str = s3.generate_presigned_url(
        method, Params={"Bucket": "b", "Key": "k ey", **of}, ExpiresIn=lifetime_s
    )
    assert "Expires=" in url
    assert "X-Amz-Expires" not in url
    return url


def admitted(url: str, method: str = "GET", *, before_end_s: float = 1.0, **headers: str) -> str:
    """Who is let in so long before the URL's end; the code of a refusal."""
    split = urlsplit(url)
    clock = FakeClock(int(parse_qs(split.query)["Expires"][0]) - before_end_s)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(method, split.path, split.query, Headers([("Host", HOST), *named.items()]))
    try:
        return Authentication(clock, OWNERS.get, "us-east-1").admit(request)[0].arn
    except AwsError as error:
        return error.code


@pytest.mark.fidelity(
    "A presigned URL is good until the time that it names",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ShareObjectPreSignedURL.html",
)
@pytest.mark.parametrize("lifetime_s", [1, 60, 3600, 86400])
@pytest.mark.parametrize("key", OWNERS)
def test_a_url_is_good_until_the_time_that_it_names(lifetime_s: int, key: str) -> None:
    made_at = int(time.time())
    url = presigned(lifetime_s, key)
    assert int(parse_qs(urlsplit(url).query)["Expires"][0]) >= made_at + lifetime_s
    assert admitted(url, before_end_s=lifetime_s) == OWNERS[key].arn
    assert admitted(url, before_end_s=0.5) == OWNERS[key].arn
    assert admitted(url, before_end_s=-0.5) == "AccessDenied"


def test_what_the_answer_shall_be_called_is_signed() -> None:
    url = presigned(60, ResponseContentDisposition="attachment; filename=é.txt")
    assert admitted(url) == OWNERS["AKIAUSER"].arn
    assert admitted(url.replace("filename", "filenam3")) == "SignatureDoesNotMatch"


def test_an_upload_has_the_content_type_that_was_signed() -> None:
    url = presigned(60, method="put_object", ContentType="image/png")
    assert admitted(url, "PUT", Content_Type="image/png") == OWNERS["AKIAUSER"].arn
    assert admitted(url, "PUT", Content_Type="text/html") == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("old", "new"), [("/b/k", "/b/l"), ("Expires=1", "Expires=2"), ("Signature=", "Signature=A")]
)
def test_a_url_that_was_changed_is_refused(old: str, new: str) -> None:
    assert admitted(presigned(60).replace(old, new)) == "SignatureDoesNotMatch"


def test_a_url_is_for_one_method() -> None:
    assert admitted(presigned(60), "DELETE") == "SignatureDoesNotMatch"
