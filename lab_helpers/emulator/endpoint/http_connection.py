"""One HTTP/1.1 connection: requests are read within limits and answered in their order.

httptools, a parser in C, tells of a request's parts; each answer is written in one piece. Between
the two there is nothing that this endpoint does not need, because a learner waits for every call.

Who sends a request's head without end, or byte by byte, holds neither memory nor a connection
for long.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable

import httptools

from lab_helpers.emulator.endpoint.host_names import host_name, is_loopback_name
from lab_helpers.emulator.endpoint.http_bytes import CONTINUE, plain_text, response_bytes
from lab_helpers.emulator.http import Answer, Headers, Request

MAX_HEAD_BYTES = 64 * 1024
"""Request line and headers. AWS's services answer 400 at 8 to 16 KB; presigned URLs are long."""
MAX_BODY_BYTES = 256 * 1024 * 1024
HEAD_LIMIT_S = 20.0
BODY_PAUSE_LIMIT_S = 60.0
IDLE_LIMIT_S = 75.0
REFUSED_LINGER_S = 0.5
"""To close at once, with something unread, would take the refusal away from who is to read it."""

logger = logging.getLogger(__name__)


class HttpConnection(asyncio.Protocol):
    """Reads, asks ``answer``, writes.

    Args:
        connections: it is in this set for as long as it is open; then ``closed`` is done.
        is_known_host: judges what a request calls this machine by, without the port.
    """

    def __init__(
        self,
        answer: Answer,
        connections: set[HttpConnection],
        is_known_host: Callable[[str], bool] = is_loopback_name,
    ) -> None:
        self._answer = answer
        self._connections = connections
        self._is_known_host = is_known_host
        self._loop = asyncio.get_running_loop()
        self.closed = self._loop.create_future()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._is_refused = False
        self._closes = False
        self._may_write = True
        self._expects_continue = False
        self._unread_bytes = 0
        self._in_head = False
        self._deadline = math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._head_bytes = self._body_bytes = 0
        self._headers: list[tuple[str, str]]
        self._body: list[bytes]
        self._begin_message()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)
        self._end_in(HEAD_LIMIT_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """What is being done for a request is done to its end, as at AWS."""
        self._transport = None
        self._waiting.clear()
        self._connections.discard(self)
        self.closed.set_result(None)
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        if self._is_refused or self._transport is None:
            return
        if self._in_body:
            self._end_in(BODY_PAUSE_LIMIT_S)
            self._unread_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._closes = True  # what follows the request is in no language that is spoken here
        except httptools.HttpParserError:
            self._refuse(400, "Invalid HTTP request received.")
        if self._in_head:
            # A header that has not ended is with the parser, which tells nothing of it yet.
            self._unread_bytes += len(data)
            self._bound_head(self._unread_bytes)
        elif self._in_body and self._unread_bytes > MAX_HEAD_BYTES:
            # Nor does it of a chunk's extension, nor of a trailer.
            self._bound_head(self._unread_bytes)
        elif self._expects_continue and not self._is_refused and self._transport is not None:
            self._expects_continue = False
            self._transport.write(CONTINUE)
        self._answer_next()

    def pause_writing(self) -> None:
        self._may_write = False

    def resume_writing(self) -> None:
        self._may_write = True
        self._answer_next()

    def close_when_idle(self) -> None:
        """The cloud ends: what is being answered is answered."""
        self._closes = True
        if self._task is None and self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._transport is not None:
            self._transport.abort()

    # what httptools calls while it parses

    def on_message_begin(self) -> None:
        self._begin_message()
        self._in_head = True
        self._end_in(HEAD_LIMIT_S)

    def on_url(self, url: bytes) -> None:
        self._head_bytes += len(url)
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer of a chunked body, which no service of AWS's reads
        self._head_bytes += len(name) + len(value)
        self._headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        self._in_head, self._in_body = False, True
        self._unread_bytes = 0
        self._bound_head(self._head_bytes)
        headers = self._request_headers = Headers(self._headers)
        if len(headers.get_all("host")) > 1:  # RFC 9112, section 3.2
            self._refuse(400, "Invalid HTTP request received.")
        if not self._is_known_host(host_name(headers.get("host"))):
            self._refuse(
                403, "Lambda Dojo does not answer to this host name (see docs/security.md)."
            )
        declared = headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > MAX_BODY_BYTES:
            self._refuse_body()
        self._expects_continue = headers.get("expect").lower() == "100-continue"
        self._end_in(BODY_PAUSE_LIMIT_S)

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._unread_bytes = 0
        if self._body_bytes > MAX_BODY_BYTES:
            self._refuse_body()
        elif not self._is_refused:
            self._body.append(body)

    def on_message_complete(self) -> None:
        self._in_body = self._expects_continue = False
        self._deadline = math.inf
        if self._is_refused:
            return
        raw_path, raw_query = _split(self._url)
        if not raw_path:
            self._refuse(400, "Invalid HTTP request received.")
            return
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        method = self._parser.get_method().decode("latin-1")
        request = Request(method, raw_path, raw_query, self._request_headers, body)
        self._waiting.append((request, self._parser.should_keep_alive()))
        self._body = []
        if len(self._waiting) > 1 and self._transport is not None:
            self._transport.pause_reading()

    # answering

    def _answer_next(self) -> None:
        """One request at a time, and none while the client does not read its answers."""
        if self._task is None and self._waiting and self._may_write and not self._is_refused:
            request, keeps_alive = self._waiting.popleft()
            if not self._waiting and self._transport is not None:
                self._transport.resume_reading()
            self._task = self._loop.create_task(self._respond(request, keeps_alive))

    async def _respond(self, request: Request, keeps_alive: bool) -> None:
        try:
            response = await self._answer(request)
        except Exception:
            logger.exception("%s %s failed", request.method, request.raw_path)
            response = plain_text(500, "Internal Server Error")
        self._task = None
        transport = self._transport
        if transport is None or transport.is_closing() or self._is_refused:
            return
        if not keeps_alive:
            self._closes = True
        transport.write(response_bytes(response, request.method, closes=self._closes))
        if self._closes:
            transport.close()
            return
        if self._waiting:
            self._answer_next()
        elif not self._in_head and not self._in_body:
            self._end_in(IDLE_LIMIT_S)

    # limits

    def _begin_message(self) -> None:
        self._url = b""
        self._headers, self._request_headers = [], Headers()
        self._body = []
        self._head_bytes = self._body_bytes = 0
        self._in_body = False

    def _bound_head(self, size: int) -> None:
        if size > MAX_HEAD_BYTES:
            self._refuse(431, "The request's head has more than 64 KB.\n")

    def _refuse_body(self) -> None:
        self._refuse(413, f"A request may have {MAX_BODY_BYTES // 1024 // 1024} MB at most here.")

    def _refuse(self, status: int, text: str) -> None:
        """Say so and end the connection; what else comes is not read any more."""
        if self._is_refused or self._transport is None:
            return
        self._is_refused = True
        self._body = []
        self._transport.write(response_bytes(plain_text(status, text), "GET", closes=True))
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._loop.call_later(REFUSED_LINGER_S, self._transport.close)

    def _end_in(self, seconds: float) -> None:
        """From now on; the timer looks again where it comes too soon."""
        self._deadline = deadline = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > deadline:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._loop.call_at(deadline, self._look_at_deadline)

    def _look_at_deadline(self) -> None:
        self._timer = None
        if self._deadline <= self._loop.time():
            if self._transport is not None:
                self._transport.abort()
        elif self._deadline < math.inf:
            self._timer = self._loop.call_at(self._deadline, self._look_at_deadline)


def _split(url: bytes) -> tuple[str, str]:
    """Path and query of a request's target; nothing where it is none."""
    if not url.startswith(b"/") or b"#" in url:
        try:
            parsed = httptools.parse_url(url)
        except httptools.HttpParserInvalidURLError:
            return "", ""
        return (parsed.path or b"/").decode("latin-1"), (parsed.query or b"").decode("latin-1")
    path, _, query = url.partition(b"?")
    return path.decode("latin-1"), query.decode("latin-1")
