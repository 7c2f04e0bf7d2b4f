"""A request to a function URL becomes an event of payload format 2.0."""

from __future__ import annotations

from typing import Any

import pytest

from lab_helpers.emulator.access.principals import Caller
from lab_helpers.emulator.front_doors.url_event import UrlRequest, event_of
from lab_helpers.emulator.http import Headers, Request

USER = Caller("arn:aws:iam::123456789012:user/ana", "AIDAANA", "AKIAANA", "us-east-1", "lambda")


def event(request: Request, caller: Caller | None = None) -> dict[str, Any]:
    url = UrlRequest("abc", "eu-west-1", "/a%20b", request, "id-1", "1" * 12, caller, 1583348638.39)
    return event_of(url)


def test_headers_parameters_and_cookies_are_told_once_each() -> None:
    headers = [("X-One", "1"), ("x-one", "2"), ("Cookie", "a=1; b=2"), ("User-Agent", "u")]
    found = event(Request("GET", "/a%20b", "p=1&p=2&q=%20", Headers(headers)))
    assert (found["version"], found["rawPath"], found["rawQueryString"]) == (
        "2.0",
        "/a%20b",
        "p=1&p=2&q=%20",
    )
    assert found["headers"]["x-one"] == "1,2"
    assert found["cookies"] == ["a=1", "b=2"]
    assert found["queryStringParameters"] == {"p": "1,2", "q": " "}
    assert "body" not in found
    assert found["isBase64Encoded"] is False


def test_the_context_says_when_where_and_who() -> None:
    context = event(Request("POST", "/"), USER)["requestContext"]
    assert context["time"] == "04/Mar/2020:19:03:58 +0000"
    assert context["timeEpoch"] == 1583348638390
    assert context["domainName"] == "abc.lambda-url.eu-west-1.localhost"
    assert context["http"]["method"] == "POST"
    assert context["accountId"] == "1" * 12
    assert context["authorizer"]["iam"]["userArn"] == USER.arn
    anonymous = event(Request("GET", "/"))["requestContext"]
    assert anonymous["accountId"] == "anonymous"
    assert "authorizer" not in anonymous


@pytest.mark.parametrize(
    ("kind", "body", "shown", "base64"),
    [
        ("application/json", b'{"a": 1}', '{"a": 1}', False),
        ("text/plain; charset=utf-8", "日本".encode(), "日本", False),
        ("application/x-www-form-urlencoded", b"a=1", "YT0x", True),
        ("image/png", b"\x89P", "iVA=", True),
        ("text/plain", b"\xff", "/w==", True),
        ("", b"a", "YQ==", True),
    ],
)
def test_what_is_not_text_comes_in_base64(kind: str, body: bytes, shown: str, base64: bool) -> None:
    headers = Headers([("Content-Type", kind)] if kind else [])
    found = event(Request("POST", "/", "", headers, body))
    assert (found["body"], found["isBase64Encoded"]) == (shown, base64)
