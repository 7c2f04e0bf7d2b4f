"""The one HTTP endpoint: bound to loopback, served on the running event loop."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

from lab_helpers.emulator.endpoint.host_names import is_loopback_name
from lab_helpers.emulator.endpoint.http_connection import HttpConnection
from lab_helpers.emulator.http import Answer
from lab_helpers.emulator.runtime.network_doors import CloseDoor, serve_connections
from lab_helpers.errors import DojoError

HOST = "127.0.0.1"
BACKLOG = 2048
LAST_ANSWERS_S = 1.0
"""So long what is being answered may take when the cloud ends."""


class HttpServer:
    """Accepts connections once ``start`` has returned.

    Args:
        certificate: files of the certificate and of its key; None: without TLS.
        is_known_host: judges what a request calls this machine by, without the port.
    """

    def __init__(
        self,
        answer: Answer,
        listener: socket.socket,
        certificate: tuple[Path, Path] | None = None,
        is_known_host: Callable[[str], bool] = is_loopback_name,
    ) -> None:
        self._answer = answer
        self._listener = listener
        self._certificate = certificate
        self._is_known_host = is_known_host
        self._server: asyncio.Server | None = None
        self._connections: set[HttpConnection] = set()

    async def start(self) -> None:
        """Raises OSError where the certificate cannot be used."""
        context = None
        if self._certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self._certificate)
        self._server = await asyncio.get_running_loop().create_server(
            self._new_connection, sock=self._listener, backlog=BACKLOG, ssl=context
        )

    def serve_at(self, listener: socket.socket) -> CloseDoor:
        """Answer at one more socket that listens, until the returned function is called."""
        return serve_connections(self._new_connection, listener)

    def _new_connection(self) -> HttpConnection:
        return HttpConnection(self._answer, self._connections, self._is_known_host)

    async def stop(self) -> None:
        """No new connections; the last answers are given, but not waited for without end."""
        if self._server is not None:
            self._server.close()
        self._listener.close()
        still_open = list(self._connections)
        for connection in still_open:
            connection.close_when_idle()
        if still_open:
            await asyncio.wait([each.closed for each in still_open], timeout=LAST_ANSWERS_S)
        for connection in list(self._connections):
            connection.abort()


def bind(port: int, host: str = HOST) -> socket.socket:
    """A listening socket, on loopback unless asked otherwise; port 0 takes any free one.

    Raises:
        DojoError: the port is taken, or the address is not one of this machine's.
    """
    # With the protocol named, asyncio sets TCP_NODELAY on what it accepts; without it, an answer's
    # second packet waits 40 ms for the client's delayed acknowledgement.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        # On Windows SO_REUSEADDR would let a second cloud take the first one's port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise DojoError(
            f"Port {port} on {host} cannot be used.",
            why=str(error),
            now="See `lambda-dojo cloud status`, or choose another port with --port.",
        ) from error
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def free_port(wanted: int) -> int:
    """``wanted`` where it can be had, else 0: any free one."""
    try:
        bind(wanted).close()
    except DojoError:
        return 0
    return wanted
