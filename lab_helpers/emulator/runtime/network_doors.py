"""Strict isolation: the ways out of a function's own network, and where they lead.

The process that becomes the function makes sockets that listen on its network's loopback and
sends them over. Who accepts at them is here: the Runtime API of that environment, and the cloud.
No address leads from one environment to another, nor to anything else on this machine.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence

CloseDoor = Callable[[], None]
ServeAt = Callable[[socket.socket], CloseDoor]
"""Accepts connections at a listening socket until the returned function is called."""


class NetworkDoors:
    """Of one execution environment; lives as long as its network does."""

    def __init__(self) -> None:
        self._ways: list[tuple[int, ServeAt]] = []
        self._closers: list[CloseDoor] = []
        self._ours: socket.socket | None = None
        self._theirs: socket.socket | None = None

    def lead(self, port: int, serve_at: ServeAt) -> None:
        """Let connections to ``port`` inside go to ``serve_at``. Call it before ``expect``."""
        self._ways.append((port, serve_at))

    @property
    def ports(self) -> Sequence[int]:
        return [port for port, _ in self._ways]

    @property
    def child_fd(self) -> int:
        """What the new process sends its sockets through; -1 where none is expected."""
        return -1 if self._theirs is None else self._theirs.fileno()

    def expect(self) -> None:
        """A process is about to be started that makes a network."""
        self.close()
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        asyncio.get_running_loop().add_reader(self._ours.fileno(), self._receive)

    def child_started(self) -> None:
        """The process has its end now."""
        if self._theirs is not None:
            self._theirs.close()
            self._theirs = None

    def close(self) -> None:
        """Nothing leads out any more."""
        self.child_started()
        self._forget_channel()
        while self._closers:
            self._closers.pop()()

    def _receive(self) -> None:
        assert self._ours is not None
        try:
            _, fds, _, _ = socket.recv_fds(self._ours, 1, len(self._ways))
        except BlockingIOError:
            return
        except OSError:
            fds = []
        self._forget_channel()
        listeners = [socket.socket(fileno=fd) for fd in fds]
        for listener in listeners:
            listener.setblocking(False)
            port = listener.getsockname()[1]
            serve_at = dict(self._ways).get(port)
            if serve_at is None:
                listener.close()
            else:
                self._closers.append(serve_at(listener))

    def _forget_channel(self) -> None:
        if self._ours is not None:
            asyncio.get_running_loop().remove_reader(self._ours.fileno())
            self._ours.close()
            self._ours = None


def serve_connections(
    protocol: Callable[[], asyncio.BaseProtocol], listener: socket.socket
) -> CloseDoor:
    """A ``ServeAt``, but for the protocol. Returns at once; the loop accepts from then on."""
    loop = asyncio.get_running_loop()
    starting = loop.create_task(loop.create_server(protocol, sock=listener))

    def close() -> None:
        if starting.done() and not starting.cancelled() and starting.exception() is None:
            starting.result().close()
        else:
            starting.cancel()
            listener.close()

    return close
