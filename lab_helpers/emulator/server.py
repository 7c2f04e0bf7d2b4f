"""The one HTTP endpoint: bound to loopback, served by uvicorn on the running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from lab_helpers.emulator.asgi import CloudApp
from lab_helpers.emulator.connection_limits import LimitedConnection
from lab_helpers.emulator.runtime.network_doors import CloseDoor, serve_connections
from lab_helpers.errors import DojoError

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: whoever runs the cloud decides when it stops."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpServer:
    """Accepts connections once ``start`` has returned.

    Args:
        certificate: files of the certificate and of its key; None: without TLS.
    """

    def __init__(
        self,
        app: CloudApp,
        listener: socket.socket,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        self._listener = listener
        certificate_file, key_file = certificate or (None, None)
        self._config = uvicorn.Config(
            app,
            http=LimitedConnection,
            loop="asyncio",
            lifespan="off",
            ws="none",
            access_log=False,
            log_level="error",
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
            ssl_certfile=certificate_file,
            ssl_keyfile=None if key_file is None else str(key_file),
        )
        self._server = _Server(self._config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise DojoError("The cloud's HTTP server ended while it started.")
            await asyncio.sleep(0.001)

    def serve_at(self, listener: socket.socket) -> CloseDoor:
        """Answer at one more socket that listens, until the returned function is called."""
        return serve_connections(self._new_connection, listener)

    def _new_connection(self) -> LimitedConnection:
        return LimitedConnection(self._config, self._server.server_state, app_state={})

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._listener.close()


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
    listener.listen(2048)
    listener.setblocking(False)
    return listener


def free_port(wanted: int) -> int:
    """``wanted`` where it can be had, else 0: any free one."""
    try:
        bind(wanted).close()
    except DojoError:
        return 0
    return wanted
