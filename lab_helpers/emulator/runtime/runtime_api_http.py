"""HTTP/1.1 for the Runtime API: one listening loopback socket per execution environment.

Any runtime client then works with ``AWS_LAMBDA_RUNTIME_API=127.0.0.1:PORT`` and nothing else.
"""

from __future__ import annotations

import asyncio
import http
import socket
from collections import deque
from collections.abc import Callable

import httptools

from lab_helpers.emulator.runtime.faults import MAX_RESPONSE_BYTES
from lab_helpers.emulator.runtime.network_doors import CloseDoor, serve_connections
from lab_helpers.emulator.runtime.peer_process import Peer
from lab_helpers.emulator.runtime.runtime_api import API_ROOT, ApiReply, ApiRequest, RuntimeApi

MAX_HEADER_BYTES = 2 * 1024 * 1024  # AWS's Python runtime sends up to 1 MiB of X-Ray cause
MAX_WAITING_REQUESTS = 16
LOOPBACK = "127.0.0.1"
NEXT_PATH = f"{API_ROOT}invocation/next"


class RuntimeApiServer:
    """Serves ``api`` between ``start`` and ``close``. ``on_connection``: a runtime came.

    Args:
        peer_of: tells who is at the other end of a connection. Others' requests are refused.
        is_inside: the function has a network of its own. The address is one that no other
            environment has, but nobody listens there on this machine: ``serve_at`` gets the
            socket that does.
    """

    def __init__(
        self,
        api: RuntimeApi,
        on_connection: Callable[[], None] = lambda: None,
        *,
        peer_of: Callable[[socket.socket], Peer] = lambda connection: Peer.OWN,
        is_inside: bool = False,
    ) -> None:
        self._peer_of = peer_of
        self.address = ""
        self.port = 0
        self._is_inside = is_inside
        self._on_connection = on_connection
        self._api = api
        self._reserved: socket.socket | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[RuntimeApiConnection] = set()

    async def start(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind((LOOPBACK, 0))
        self.port = listener.getsockname()[1]
        self.address = f"{LOOPBACK}:{self.port}"
        if self._is_inside:
            self._reserved = listener
        else:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._new_connection, sock=listener)

    def serve_at(self, listener: socket.socket) -> CloseDoor:
        """Accept at a socket of the function's own network."""
        return serve_connections(self._new_connection, listener)

    def _new_connection(self) -> RuntimeApiConnection:
        return RuntimeApiConnection(self._api, self._connections, self._admits)

    def _admits(self, connection: socket.socket) -> bool:
        """Whether requests over this connection are answered."""
        peer = Peer.OWN if self._is_inside else self._peer_of(connection)
        if peer is not Peer.OTHER:  # who has closed already may only have wanted to be noticed
            self._on_connection()
        return peer in (Peer.OWN, Peer.UNKNOWN)

    def drop_connections(self) -> None:
        """The process behind them is gone."""
        for connection in list(self._connections):
            connection.abort()

    async def close(self) -> None:
        self.drop_connections()
        if self._reserved is not None:
            self._reserved.close()
        if self._server is not None:
            self._server.close()
            self.drop_connections()
            await self._server.wait_closed()
            self._server = None


class RuntimeApiConnection(asyncio.Protocol):
    """One connection; answers in the order of the requests."""

    def __init__(
        self,
        api: RuntimeApi,
        connections: set[RuntimeApiConnection],
        admits: Callable[[socket.socket], bool] = lambda connection: True,
    ) -> None:
        self._admits = admits
        self._is_admitted = True
        self._api = api
        self._connections = connections
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[ApiRequest] = deque()
        self._busy = False
        self._keep_alive = True
        self._held_back = b""
        self._begin_message()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)
        plain = transport.get_extra_info("socket")
        if plain is not None:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._is_admitted = self._admits(plain)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._connections.discard(self)
        self._api.forget(self._reply)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if not self._is_admitted:
            self._refuse(403, "this Runtime API is another execution environment's")
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse(400, "upgrades are not part of the Runtime API")
        except httptools.HttpParserError as error:
            self._refuse(400, f"not an HTTP request: {error}")
        self._handle_waiting()

    # what httptools calls while it parses

    def on_message_begin(self) -> None:
        self._begin_message()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > MAX_HEADER_BYTES:
            self._refuse(431, "the headers are too large")
            return
        self._headers[name.decode("latin-1").lower()] = value.decode("utf-8", "replace")

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue" and self._transport:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes <= MAX_RESPONSE_BYTES:
            self._body.append(body)
        else:
            self._body.clear()

    def on_message_complete(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        request = ApiRequest(
            method=self._parser.get_method().decode("latin-1"),
            path=self._url.partition(b"?")[0].decode("latin-1"),
            headers=self._headers,
            body=b"".join(self._body),
            oversize=self._body_bytes > MAX_RESPONSE_BYTES,
        )
        self._keep_alive = self._parser.should_keep_alive()
        if len(self._waiting) >= MAX_WAITING_REQUESTS:
            self._refuse(400, "too many requests before an answer")
            return
        self._waiting.append(request)

    def _begin_message(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._header_bytes = 0
        self._body: list[bytes] = []
        self._body_bytes = 0

    def _handle_waiting(self) -> None:
        while self._waiting and not self._busy and self._transport is not None:
            self._busy = True
            self._api.handle(self._waiting.popleft(), self._reply)

    def _reply(self, reply: ApiReply) -> None:
        self._write(reply)
        self._busy = False
        if not self._keep_alive and self._transport is not None and not self._waiting:
            self._transport.close()
        self._handle_waiting()

    def _refuse(self, status: int, reason: str) -> None:
        self._write(ApiReply(status, f"{reason}\n".encode(), (("Connection", "close"),)))
        if self._transport is not None:
            self._transport.close()

    def _write(self, reply: ApiReply) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        head = [f"HTTP/1.1 {reply.status} {http.HTTPStatus(reply.status).phrase}"]
        head += [f"{name}: {_header_value(value)}" for name, value in reply.headers]
        head += [f"Content-Length: {len(reply.body)}", "", ""]
        data = self._held_back + "\r\n".join(head).encode("utf-8", "replace") + reply.body
        asks_on = bool(self._waiting) and self._waiting[0].path == NEXT_PATH
        if asks_on and reply.status == http.HTTPStatus.ACCEPTED:
            self._held_back = data  # whoever has sent both in one piece reads both together
        else:
            self._held_back = b""
            self._transport.write(data)


def _header_value(value: str) -> str:
    """No caller's text may end a header line."""
    return value.replace("\r", " ").replace("\n", " ").replace("\0", " ")
