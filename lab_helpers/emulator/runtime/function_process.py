"""A runtime's process with all that it starts: limits, freeze, end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable

import psutil

from lab_helpers.emulator.runtime.memory import children_of
from lab_helpers.emulator.runtime.reaper import Reaper
from lab_helpers.emulator.runtime.reaper_guard import kill_group, kill_marked
from lab_helpers.emulator.runtime.started_process import StartedProcess

MAX_OPEN_FILES = 1024
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: file descriptors."""


class FunctionProcess:
    """Leads a session and process group of its own.

    Attributes:
        return_code: as ``subprocess`` gives it, None while the process runs.
        is_ending: it was killed; ``return_code`` follows.
    """

    def __init__(
        self,
        started: StartedProcess,
        runtime_api_address: str,
        reaper: Reaper,
        on_exit: Callable[[int], None],
        processes_before: int = 0,
    ) -> None:
        self._started = started
        self._address = runtime_api_address
        self._reaper = reaper
        self._on_exit = on_exit
        self.pid = started.pid
        self.return_code: int | None = None
        self.exited = asyncio.Event()
        self.is_ending = False
        self._frozen = False
        self._processes_before = processes_before
        self._runtime_pid = 0
        _limit(self.pid)
        reaper.add(self.pid, runtime_api_address)
        started.watch(self._ended)
        started.go_on()

    @property
    def runtime_pid(self) -> int:
        """Of the runtime itself, whose memory and CPU time are the function's.

        Until it is there, of the process that it comes from.
        """
        if not self._runtime_pid:
            pid, found = self.pid, 0
            for _ in range(self._processes_before):
                children = children_of(pid)
                if not children:
                    break
                pid, found = children[0], found + 1
            if found < self._processes_before:
                return pid
            self._runtime_pid = pid
        return self._runtime_pid

    def freeze(self) -> None:
        """Stop the group until ``thaw``. Windows has no such signal: there it runs on."""
        if self.return_code is None and not self._frozen and sys.platform != "win32":
            self._frozen = True
            _signal_group(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self._frozen and sys.platform != "win32":
            self._frozen = False
            _signal_group(self.pid, signal.SIGCONT)

    def terminate(self) -> None:
        """Ask the group to end."""
        if self.return_code is None:
            if sys.platform == "win32":
                self._started.terminate()
            else:
                _signal_group(self.pid, signal.SIGTERM)
                self.thaw()

    def kill_now(self) -> None:
        """End the process and its group without waiting."""
        self.is_ending = True
        if self.return_code is None:
            kill_group(self.pid)
            self._started.kill()

    async def kill(self) -> None:
        """End the process, its group and descendants that left the group; wait for the first."""
        descendants = _descendants(self.pid) if self.return_code is None else []
        self.kill_now()
        await self.exited.wait()
        for process in descendants:
            _kill_quietly(process)
        await asyncio.to_thread(kill_marked, self._address)

    def _ended(self, return_code: int) -> None:
        self.return_code = return_code
        self._reaper.remove(self.pid)
        self.exited.set()
        self._on_exit(return_code)


def _limit(pid: int) -> None:
    """Lambda's limits, as far as the parent can set them; macOS lets only the child do so."""
    if sys.platform == "linux":
        import resource  # does not exist on Windows

        try:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        except (OSError, ValueError):
            pass  # gone already, or a lower limit is in force


def _signal_group(pid: int, number: int) -> None:
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number)


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _kill_quietly(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        process.kill()  # psutil compares the start time, so a reused pid is safe
