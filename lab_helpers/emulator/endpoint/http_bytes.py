"""Responses as they go over the wire: head and body in one piece, so in one packet."""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from lab_helpers.emulator.http import Headers, Response

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus
}
_BODILESS = frozenset({204, 304})
_SET_HERE = frozenset({"content-length", "connection", "transfer-encoding"})
_LINE_END = re.compile(r"[\r\n\0]")
"""In a value that a client chose, it would begin another header."""


def response_bytes(response: Response, method: str, *, closes: bool) -> bytes:
    """
    Args:
        method: of the request; HEAD is told a length and given no body.
        closes: the connection ends after it, and the client is told.
    """
    is_bodiless = response.status in _BODILESS
    lines = [_STATUS_LINES.get(response.status) or f"HTTP/1.1 {response.status} \r\n"]
    has_date = False
    for name, value in response.headers:
        folded = name.lower()
        if folded in _SET_HERE:
            continue
        has_date = has_date or folded == "date"
        lines.append(f"{name}: {_LINE_END.sub(' ', value)}\r\n")
    if not has_date:
        lines.append(f"date: {_date(int(time.time()))}\r\n")
    if not is_bodiless:
        told = response.headers.get("content-length") if method == "HEAD" else ""
        lines.append(f"content-length: {told or len(response.body)}\r\n")
    lines.append("connection: close\r\n\r\n" if closes else "\r\n")
    head = "".join(lines).encode("latin-1", "replace")
    return head if is_bodiless or method == "HEAD" else head + response.body


def plain_text(status: int, text: str) -> Response:
    """A refusal of the endpoint itself, which belongs to no service of AWS's."""
    return Response(status, Headers([("Content-Type", "text/plain")]), text.encode())


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
