"""HTTP in and out: ASGI messages become ``Request`` and ``Response``.

Refuses what no AWS client sends: another host name (a page that rebinds DNS) and bodies larger
than memory should hold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from lab_helpers.emulator.http import Headers, Request, Response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = Callable[[Request], Awaitable[Response]]

MAX_BODY_BYTES = 256 * 1024 * 1024
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


class CloudApp:
    """The ASGI application of the one endpoint.

    Args:
        is_known_host: judges what a request calls this machine by, without the port.
    """

    def __init__(self, answer: Answer, is_known_host: Callable[[str], bool] | None = None) -> None:
        self._answer = answer
        self._is_known_host = is_known_host or is_loopback_name

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = Headers(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        )
        if not self._is_known_host(host_name(headers.get("host"))):
            refusal = "Lambda Dojo does not answer to this host name (see docs/security.md)."
            await _send(send, _plain(403, refusal), "GET")
            return
        body = await _read_body(headers, receive)
        if body is None:
            refusal = f"A request may have {MAX_BODY_BYTES // 1024 // 1024} MB at most here."
            await _send(send, _plain(413, refusal), "GET")
            return
        request = Request(
            scope["method"],
            scope["raw_path"].decode("latin-1") or "/",
            scope["query_string"].decode("latin-1"),
            headers,
            body,
        )
        await _send(send, await self._answer(request), request.method)


def host_name(host: str) -> str:
    """The Host header without its port, in lower case."""
    return (host if host.endswith("]") else host.rsplit(":", 1)[0]).lower()


def is_loopback_name(name: str) -> bool:
    return name in LOOPBACK_NAMES or name.endswith(".localhost")


async def _read_body(headers: Headers, receive: Receive) -> bytes | None:
    """None where it is too large."""
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MAX_BODY_BYTES:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY_BYTES:
            return None
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def _send(send: Send, response: Response, method: str) -> None:
    headers = [
        (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in response.headers
        if name.lower() != "content-length"
    ]
    bodiless = response.status in (204, 304)
    if not bodiless:
        length = response.headers.get("content-length") if method == "HEAD" else ""
        headers.append((b"content-length", (length or str(len(response.body))).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = b"" if bodiless or method == "HEAD" else response.body
    await send({"type": "http.response.body", "body": body})


def _plain(status: int, text: str) -> Response:
    return Response(status, Headers([("Content-Type", "text/plain")]), text.encode())
