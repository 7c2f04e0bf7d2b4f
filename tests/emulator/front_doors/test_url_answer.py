"""What a function returns becomes the HTTP answer of its URL."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.emulator.front_doors.url_answer import answer_of
from lab_helpers.emulator.front_doors.url_cors import allow, preflight
from lab_helpers.emulator.http import Headers, Request, Response


def answer(returned: Any) -> Response:
    return answer_of(json.dumps(returned).encode())


@pytest.mark.parametrize("returned", ["Hello", {"message": "hi"}, [1], None, 7])
def test_without_a_status_all_of_it_is_the_body(returned: Any) -> None:
    response = answer(returned)
    assert response.status == 200
    assert response.headers.get("content-type") == "application/json"
    assert json.loads(response.body) == returned


def test_status_headers_cookies_and_body_are_taken_from_a_formatted_answer() -> None:
    response = answer(
        {
            "statusCode": 201,
            "headers": {"Content-Type": "text/html", "X-Count": 3, "Content-Length": "999"},
            "cookies": ["a=1", "b=2; Max-Age=1"],
            "body": "<p>日本</p>",
        }
    )
    assert response.status == 201
    assert response.headers.get("content-type") == "text/html"
    assert response.headers.get("x-count") == "3"
    assert response.headers.get_all("set-cookie") == ["a=1", "b=2; Max-Age=1"]
    assert "content-length" not in response.headers
    assert response.body == "<p>日本</p>".encode()


def test_base64_is_taken_apart() -> None:
    assert answer({"statusCode": 200, "body": "iVA=", "isBase64Encoded": True}).body == b"\x89P"


@pytest.mark.parametrize(
    "returned",
    [
        {"statusCode": "many"},
        {"statusCode": 42},
        {"statusCode": None},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a": "b\r\nSet-Cookie: c"}},
        {"statusCode": 200, "headers": {"a": "日本"}},
        {"statusCode": 200, "headers": {"a: b\r\nSet-Cookie": "c"}},
        {"statusCode": 200, "cookies": 3},
        {"statusCode": 200, "body": "%", "isBase64Encoded": True},
    ],
)
def test_what_is_no_answer_is_502(returned: Any) -> None:
    response = answer(returned)
    assert (response.status, response.body) == (502, b"Internal Server Error")


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
JSON = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(st.text(max_size=5), PLAIN, max_size=3)


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries({"statusCode": JSON, "headers": JSON, "cookies": JSON, "body": JSON}))
def test_whatever_a_function_returns_there_is_an_answer(returned: dict[str, Any]) -> None:
    assert 100 <= answer(returned).status <= 599


CORS = {
    "AllowOrigins": ["https://a.example"],
    "AllowMethods": ["GET"],
    "AllowHeaders": ["x-a"],
    "AllowCredentials": True,
    "MaxAge": 60,
}


def test_a_browser_that_asks_first_is_answered_without_the_function() -> None:
    asked = [("Origin", "https://a.example"), ("Access-Control-Request-Method", "GET")]
    response = preflight(CORS, Request("OPTIONS", "/", headers=Headers(asked)))
    assert response is not None
    assert response.headers.get("access-control-allow-origin") == "https://a.example"
    assert response.headers.get("access-control-allow-methods") == "GET"
    assert response.headers.get("access-control-max-age") == "60"
    assert preflight(None, Request("OPTIONS", "/", headers=Headers(asked))) is None
    assert preflight(CORS, Request("OPTIONS", "/")) is None


@pytest.mark.parametrize(
    ("cors", "origin", "shown"),
    [
        (CORS, "https://b.example", ""),
        ({"AllowOrigins": ["*"]}, "https://b.example", "*"),
        (
            {"AllowOrigins": ["*"], "AllowCredentials": True},
            "https://b.example",
            "https://b.example",
        ),
        (None, "https://a.example", ""),
    ],
)
def test_other_origins_are_allowed_as_the_settings_say(
    cors: dict[str, Any] | None, origin: str, shown: str
) -> None:
    response = Response()
    allow(cors, Request("GET", "/", headers=Headers([("Origin", origin)])), response)
    assert response.headers.get("access-control-allow-origin") == shown
