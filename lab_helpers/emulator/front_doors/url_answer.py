"""What a function returned, as the HTTP answer of its URL: payload format 2.0.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from lab_helpers.emulator.http import Headers, Response

FAILED = "Internal Server Error"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# The connection's own, which a function does not decide.
_NOT_PASSED_ON = frozenset({"connection", "content-length", "transfer-encoding", "upgrade"})
_FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)


def answer_of(payload: bytes) -> Response:
    """Without a ``statusCode`` all of it is the body, as JSON; 502 where it makes no answer."""
    try:
        returned = json.loads(payload)
    except ValueError:
        return failed()
    if not isinstance(returned, dict) or "statusCode" not in returned:
        return Response(200, Headers([("Content-Type", "application/json")]), payload)
    try:
        return _formatted(returned)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return failed()


def _formatted(returned: dict[str, Any]) -> Response:
    """Raises ValueError, TypeError, AttributeError or binascii.Error for another shape."""
    status = int(returned["statusCode"])
    if not 100 <= status <= 599:
        raise ValueError(status)
    headers = Headers()
    for name, value in (returned.get("headers") or {}).items():
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        if name.lower() not in _NOT_PASSED_ON:
            headers.set(name, _line(value))
    given = returned.get("body")
    if "content-type" not in headers and given is not None:
        headers.set("Content-Type", "application/json")
    items = list(headers)
    items += [("Set-Cookie", _line(cookie)) for cookie in returned.get("cookies") or ()]
    text = "" if given is None else given if isinstance(given, str) else json.dumps(given)
    body = base64.b64decode(text, validate=True) if returned.get("isBase64Encoded") else b""
    return Response(status, Headers(items), body or text.encode())


def _line(value: Any) -> str:
    """A header's value: a line break would begin another header."""
    text = value if isinstance(value, str) else json.dumps(value)
    if "\r" in text or "\n" in text:
        raise ValueError(text)
    text.encode("latin-1")
    return text


def failed() -> Response:
    """The function failed, or returned what is no answer."""
    return Response(502, Headers([("Content-Type", "application/json")]), FAILED.encode())


def forbidden(message: str = _FORBIDDEN) -> Response:
    return told(403, {"Message": message})


def not_there() -> Response:
    """No function URL has this id."""
    return told(404, {"Message": None})


def told(status: int, document: dict[str, Any]) -> Response:
    headers = Headers([("Content-Type", "application/json")])
    return Response(status, headers, json.dumps(document, separators=(",", ":")).encode())
