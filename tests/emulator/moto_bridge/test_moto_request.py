"""A request for moto is the one that moto would have made of the same message."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
from moto.core.request import Request as MotoRequest

from lab_helpers.emulator.moto_bridge.moto_request import moto_request

HOST = "127.0.0.1:4566"
_WRITTEN = st.text(st.characters(codec="ascii", min_codepoint=33), max_size=12)
PATHS = st.lists(st.text(max_size=8).map(lambda part: quote(part, safe="")), max_size=3).map(
    lambda parts: "/" + "/".join(part for part in parts if part)
)
QUERIES = st.lists(st.tuples(_WRITTEN, _WRITTEN), max_size=3).map(
    lambda pairs: "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Content-Type", "X-Amz-Date", "x-amz-meta-my_key", "x-amz-meta-b", "Authorization"]
    ),
    st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=12),
)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "DELETE"])


def _seen(request: MotoRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "raw_path": request.raw_path,
        "raw_url": request.raw_url,
        "host": request.host,
        "query": request.query_string,
        "headers": sorted(request.headers.items()),
        "body": request.get_data(parse_form_data=False),
    }


@given(METHODS, PATHS, QUERIES, HEADERS, st.binary(max_size=20))
def test_it_says_what_motos_own_would_say(
    method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    url = f"http://{HOST}{path}" + (f"?{query}" if query else "")
    theirs = MotoRequest.from_primitives(method, url, headers, body)
    theirs.environ["RAW_URI"] = path + (f"?{query}" if query else "")
    ours = moto_request(method, HOST, path, query, headers.items(), body)
    assert _seen(ours) == _seen(theirs)


def test_a_form_is_read_as_one_unless_it_is_put() -> None:
    form = [("Content-Type", "application/x-www-form-urlencoded")]
    posted = moto_request("POST", HOST, "/", "", form, b"Action=ListUsers&Name=a+b")
    assert dict(posted.form) == {"Action": "ListUsers", "Name": "a b"}
    put = moto_request("PUT", HOST, "/bucket/key", "", form, b"a=b")
    assert (dict(put.form), put.data) == ({}, b"a=b")


def test_the_host_of_the_message_gives_way_to_the_given_one() -> None:
    made = moto_request("GET", HOST, "/", "", [("host", "elsewhere"), ("X-A", "1"), ("x-a", "2")])
    assert (made.host, made.headers["x-a"]) == (HOST, "1, 2")
