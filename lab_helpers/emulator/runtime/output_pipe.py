"""The pipe that carries a function's stdout and stderr to the platform.

POSIX reads it on the event loop; Windows, whose event loop cannot watch such a pipe, in a thread.
Both stop reading while a handler floods its log, so its writes block and memory stays bounded.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from typing import Protocol

READ_BYTES = 65_536
FLOOD_PAUSE_S = 0.02

Consume = Callable[[bytes], bool]
"""Takes what was read; answers True where reading should pause a moment."""


class OutputPipe(Protocol):
    """Attributes: write_fd, for the child; the parent closes it once the child has it."""

    write_fd: int

    def start(self) -> None: ...

    async def drain(self) -> None:
        """Consume all that was written before this call."""

    def close(self) -> None: ...


def open_output_pipe(consume: Consume) -> OutputPipe:
    if sys.platform == "win32":
        return ThreadedOutputPipe(consume)
    return LoopOutputPipe(consume)


class LoopOutputPipe:
    """Read by the event loop."""

    def __init__(self, consume: Consume) -> None:
        self._consume = consume
        self._read_fd, self.write_fd = os.pipe()
        if sys.platform != "win32":
            os.set_blocking(self._read_fd, False)
        self._loop = asyncio.get_running_loop()
        self._resume: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._close_write_end()
        self._loop.add_reader(self._read_fd, self._readable)

    async def drain(self) -> None:
        """A pipe keeps order: what lies in it now was written before now."""
        if self._read_fd >= 0:
            left = bytes_in_pipe(self._read_fd)
            while left > 0:
                left -= self._read(min(left, READ_BYTES)) or left

    def close(self) -> None:
        self._close_write_end()
        if self._resume is not None:
            self._resume.cancel()
        if self._read_fd >= 0:
            self._loop.remove_reader(self._read_fd)
            os.close(self._read_fd)
            self._read_fd = -1

    def _readable(self) -> None:
        self._read(READ_BYTES)

    def _read(self, size: int) -> int:
        """How many bytes came; 0 at the end of the stream or where nothing is there yet."""
        try:
            data = os.read(self._read_fd, size)
        except BlockingIOError:
            return 0
        if not data:
            self._loop.remove_reader(self._read_fd)
        elif self._consume(data) and self._resume is None:
            self._loop.remove_reader(self._read_fd)
            self._resume = self._loop.call_later(FLOOD_PAUSE_S, self._read_again)
        return len(data)

    def _read_again(self) -> None:
        self._resume = None
        self._loop.add_reader(self._read_fd, self._readable)

    def _close_write_end(self) -> None:
        if self.write_fd >= 0:
            os.close(self.write_fd)
            self.write_fd = -1


class ThreadedOutputPipe:
    """Read by a thread that hands its pieces to the event loop, one at a time."""

    def __init__(self, consume: Consume) -> None:
        self._consume = consume
        self._read_fd, self.write_fd = os.pipe()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._read_until_end, daemon=True)
        self._taken = threading.Event()
        self._reading = threading.Lock()
        self._idle = True
        self._closed = False

    def start(self) -> None:
        self._close_write_end()
        self._thread.start()

    async def drain(self) -> None:
        """Waits until the pipe is empty and its reader has handed everything over."""
        for _ in range(400):
            if self._closed or not self._thread.is_alive() or self._is_empty():
                return
            await asyncio.sleep(0.0005)

    def _is_empty(self) -> bool:
        with self._reading:  # else data could be off the pipe and not yet on its way
            return self._idle and bytes_in_pipe(self._read_fd) == 0

    def close(self) -> None:
        """The thread ends, and closes its end, once the last writer is gone."""
        self._close_write_end()
        self._closed = True
        self._taken.set()

    def _read_until_end(self) -> None:
        try:
            while data := self._next_piece():
                if self._closed:
                    continue
                self._loop.call_soon_threadsafe(self._take, data)
                self._taken.wait()
        except (OSError, RuntimeError):
            pass  # the descriptor or the loop is gone: nobody is left to read for
        finally:
            os.close(self._read_fd)

    def _next_piece(self) -> bytes:
        """Waits without the lock; then takes the data and says so in one step."""
        wait_until_readable(self._read_fd)
        with self._reading:
            data = os.read(self._read_fd, READ_BYTES)
            self._idle = not data
            self._taken.clear()
            return data

    def _take(self, data: bytes) -> None:
        if self._consume(data) and not self._closed:
            self._loop.call_later(FLOOD_PAUSE_S, self._handed_over)
        else:
            self._handed_over()

    def _handed_over(self) -> None:
        self._idle = True
        self._taken.set()

    def _close_write_end(self) -> None:
        if self.write_fd >= 0:
            os.close(self.write_fd)
            self.write_fd = -1


if sys.platform == "win32":
    import _winapi
    import msvcrt
    import time

    WINDOWS_LOOK_EVERY_S = 0.002  # nothing there waits for a pipe without reading from it

    def bytes_in_pipe(fd: int) -> int:
        try:
            return int(_winapi.PeekNamedPipe(msvcrt.get_osfhandle(fd), 0)[0])
        except OSError:
            return 0  # the writer is gone and so is what it wrote

    def wait_until_readable(fd: int) -> None:
        """Returns when a read would not block: there is data, or the last writer is gone."""
        try:
            while not _winapi.PeekNamedPipe(msvcrt.get_osfhandle(fd), 0)[0]:
                time.sleep(WINDOWS_LOOK_EVERY_S)
        except OSError:
            return
else:
    import fcntl
    import select
    import struct
    import termios

    def bytes_in_pipe(fd: int) -> int:
        try:
            answer = fcntl.ioctl(fd, termios.FIONREAD, b"\0\0\0\0")
        except OSError:
            return 0  # closed meanwhile: nothing is left to read
        return int(struct.unpack("i", answer)[0])

    def wait_until_readable(fd: int) -> None:
        """Returns when a read would not block: there is data, or the last writer is gone."""
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        poll.poll()
