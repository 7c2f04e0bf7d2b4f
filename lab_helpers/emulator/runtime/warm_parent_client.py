"""The cloud's side of a process that forks functions' processes; Linux only.

``python_runtime/warm_parent_process.py`` is the process, and says what goes over the socket
between them; ``warm_parent_pool`` holds all that a host has.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab_helpers.emulator.runtime.reaper import Reaper
from lab_helpers.emulator.runtime.reaper_guard import kill_group
from lab_helpers.emulator.runtime.started_process import OnEnd

START_LIMIT_S = 60.0
FORK_LIMIT_S = 5.0
END_LIMIT_S = 2.0
MAX_MESSAGE_BYTES = 65_536
MAX_SETUP_BYTES = 60_000
"""A pipe holds 64 KiB, so that the set-up is written before anybody reads it."""
PADDING_BYTES = 16 * 1024
"""Room for a function's variables where ``/proc/PID/environ`` shows them: 4 KB are its own."""
UNKNOWN_END = 0
"""The return code of a process whose parent is gone: nobody was there to be told it."""


class CannotFork(Exception):
    """Start the process in the ordinary way."""


@dataclass(frozen=True)
class Preloaded:
    """What a parent told when it was ready.

    Attributes:
        names: modules of these names in a function's package keep it from being forked here.
        environment_bytes: room for its variables.
    """

    names: frozenset[str]
    environment_bytes: int


class WarmParent:
    """Attributes: preloaded, None until it is ready and once it is gone."""

    def __init__(self, argv: list[str], environ: dict[str, str], reaper: Reaper) -> None:
        self.preloaded: Preloaded | None = None
        self._argv = argv
        self._environ = environ
        self._reaper = reaper
        self._words = -1
        self._numbers = itertools.count(1)
        self._socket: socket.socket | None = None
        self._popen: subprocess.Popen[bytes] | None = None
        self._said_hello: asyncio.Future[Preloaded] | None = None
        self._forking: dict[int, asyncio.Future[ForkedProcess]] = {}
        self._children: dict[int, ForkedProcess] = {}

    @property
    def pid(self) -> int | None:
        return None if self._popen is None else self._popen.pid

    async def start(self) -> Preloaded:
        """Raises OSError; CannotFork with what it wrote before it ended."""
        loop = asyncio.get_running_loop()
        self._said_hello = loop.create_future()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        self._socket = ours
        loop.add_reader(ours.fileno(), self._readable)
        self._words, words = os.pipe()
        os.set_blocking(self._words, False)
        with theirs, os.fdopen(words, "wb") as output:
            self._popen = subprocess.Popen(  # noqa: ASYNC220 # as long as a fork takes
                [*self._argv, f"--parent={theirs.fileno()}"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env={"AWS_LAMBDA_PADDING": "x" * PADDING_BYTES, **self._environ},
                start_new_session=True,
                pass_fds=(theirs.fileno(),),
            )
        self._reaper.add(self._popen.pid, "")
        try:
            async with asyncio.timeout(START_LIMIT_S):
                self.preloaded = await self._said_hello
        except TimeoutError:
            self._gone()
            raise CannotFork(f"it was not ready after {START_LIMIT_S:.0f} s") from None
        return self.preloaded

    async def fork(self, setup: Mapping[str, object], fds: Sequence[int]) -> ForkedProcess:
        """A process that waits until it is told to go on, and ends where nobody tells it.

        Args:
            setup: as ``python_runtime/warm_parent_process.py`` reads it.
            fds: of its output, then those that it keeps.
        Raises: CannotFork.
        """
        if self._socket is None:
            raise CannotFork("the parent is gone")
        text = json.dumps(setup).encode()
        if len(text) > MAX_SETUP_BYTES:
            raise CannotFork("the set-up is too large for a pipe")
        number = next(self._numbers)
        reading, writing = os.pipe()
        told: asyncio.Future[ForkedProcess] = asyncio.get_running_loop().create_future()
        self._forking[number] = told
        try:
            os.write(writing, len(text).to_bytes(8, "big") + text)
            request = b"fork %d" % number
            socket.send_fds(self._socket, [request], [fds[0], reading, *fds[1:]])
            async with asyncio.timeout(FORK_LIMIT_S):
                child = await told
        except BaseException as error:
            self._forking.pop(number, None)
            os.close(writing)  # a process that comes to be all the same ends at once
            if isinstance(error, (OSError, TimeoutError)):
                raise CannotFork(str(error) or "no answer") from error
            raise
        finally:
            os.close(reading)
        child.goes_on_by(writing)
        return child

    def close(self) -> None:
        """It ends by itself once nobody can ask it any more; what it forked goes on."""
        self._gone()

    def _readable(self) -> None:
        assert self._socket is not None
        try:
            data, fds, _, _ = socket.recv_fds(self._socket, MAX_MESSAGE_BYTES, 1)
        except BlockingIOError:
            return
        except OSError:
            data, fds = b"", []
        if not data:
            self._gone()
            return
        kind, _, rest = data.partition(b" ")
        if kind == b"hello":
            self._take_hello(json.loads(rest))
        elif kind == b"forked":
            number, pid = (int(word) for word in rest.split())
            self._take_child(number, ForkedProcess(pid, fds[0]))
        elif kind == b"failed":
            waiting = self._forking.pop(int(rest), None)
            if waiting is not None and not waiting.done():
                waiting.set_exception(CannotFork("the system starts no further process"))
        elif kind == b"exited":
            number, code = (int(word) for word in rest.split())
            child = self._children.pop(number, None)
            if child is not None:
                child.ended(code)

    def _take_hello(self, told: dict[str, Any]) -> None:
        names = frozenset(told["names"])
        hello = Preloaded(names, int(told["environment_bytes"]))
        if self._said_hello is not None and not self._said_hello.done():
            self._said_hello.set_result(hello)

    def _take_child(self, number: int, child: ForkedProcess) -> None:
        waiting = self._forking.pop(number, None)
        self._children[number] = child
        if waiting is not None and not waiting.done():
            waiting.set_result(child)

    def _gone(self) -> None:
        """Ended or to be ended; what it has forked is watched without it."""
        self.preloaded = None
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        reason = CannotFork(f"the parent has ended: {self._last_words()}")
        for waiting in (self._said_hello, *self._forking.values()):
            if waiting is not None and not waiting.done():
                waiting.set_exception(reason)
        self._forking.clear()
        if self._popen is not None:
            self._popen.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(END_LIMIT_S)
            self._reaper.remove(self._popen.pid)
            self._popen = None
        if self._words >= 0:
            os.close(self._words)
            self._words = -1
        children, self._children = self._children, {}
        for child in children.values():
            child.parent_is_gone()

    def _last_words(self) -> str:
        """What it wrote last, before it was ready."""
        try:
            return os.read(self._words, 65_536).decode("utf-8", "replace").strip().split("\n")[-1]
        except OSError:
            return ""


class ForkedProcess:
    """A ``StartedProcess``. Its parent tells its end; a pidfd does where that is gone."""

    def __init__(self, pid: int, pidfd: int) -> None:
        self.pid = pid
        self._pidfd = pidfd
        self._go_fd = -1
        self._return_code: int | None = None
        self._on_end: OnEnd | None = None

    def goes_on_by(self, fd: int) -> None:
        """A byte through ``fd``, which is this object's from now on, lets the process go on."""
        self._go_fd = fd

    def go_on(self) -> None:
        if self._go_fd >= 0:
            with contextlib.suppress(OSError):  # it has ended
                os.write(self._go_fd, b"+")
            self._close_go_fd()

    def watch(self, on_end: OnEnd) -> None:
        self._on_end = on_end
        if self._return_code is not None:
            asyncio.get_running_loop().call_soon(on_end, self._return_code)

    def terminate(self) -> None:
        """Groups are there wherever processes are forked."""

    def kill(self) -> None:
        if sys.platform == "linux" and self._pidfd >= 0:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def ended(self, return_code: int) -> None:
        self._return_code = return_code
        self._close_go_fd()
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        if self._on_end is not None:
            self._on_end(return_code)

    def parent_is_gone(self) -> None:
        if self._pidfd >= 0:
            asyncio.get_running_loop().add_reader(self._pidfd, self._pidfd_readable)

    def _pidfd_readable(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        kill_group(self.pid)
        self.ended(UNKNOWN_END)

    def _close_go_fd(self) -> None:
        if self._go_fd >= 0:
            os.close(self._go_fd)
            self._go_fd = -1
