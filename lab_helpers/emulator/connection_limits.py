"""One HTTP connection, with limits that uvicorn does not have.

Who sends a request's head without end, or byte by byte, holds neither memory nor a connection
for long.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
"""Request line and headers. AWS's services answer 400 at 8 to 16 KB; presigned URLs are long."""
HEAD_LIMIT_S = 20.0
BODY_PAUSE_LIMIT_S = 60.0
_REFUSAL = b"The request's head has more than 64 KB.\n"
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Content-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
) % (len(_REFUSAL), _REFUSAL)


class LimitedConnection(HttpToolsProtocol):
    """uvicorn's, which parses with httptools; ends what takes too long or is too large."""

    _head_bytes = 0
    _unread_bytes = 0
    _in_head = False
    _in_body = False
    _refused = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._end_in(HEAD_LIMIT_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._let_be()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._in_body:
            self._end_in(BODY_PAUSE_LIMIT_S)
        super().data_received(data)
        if self._in_head:
            # A header that has not ended is with the parser, which tells nothing of it yet.
            self._unread_bytes += len(data)
            self._refuse_beyond(self._unread_bytes)

    # what httptools calls while it parses

    def on_message_begin(self) -> None:
        self._head_bytes = self._unread_bytes = 0
        self._in_head, self._in_body = True, False
        self._end_in(HEAD_LIMIT_S)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._head_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head, self._in_body = False, True
        self._refuse_beyond(self._head_bytes)
        if not self._refused:
            self._end_in(BODY_PAUSE_LIMIT_S)
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_body = False
        self._let_be()
        if not self._refused:
            super().on_message_complete()

    def _refuse_beyond(self, size: int) -> None:
        if size > MAX_HEAD_BYTES and not self._refused:
            self._refused = True
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def _end_in(self, seconds: float) -> None:
        self._let_be()
        self._timer = self.loop.call_later(seconds, self._end)

    def _let_be(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()
