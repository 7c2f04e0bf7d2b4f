"""A function's process as the operating system has it: started as a program, or forked.

``FunctionProcess`` is the same for both.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from lab_helpers.emulator.runtime.launcher import Command
from lab_helpers.emulator.runtime.reaper_guard import kill_group
from lab_helpers.emulator.runtime.sandbox_plan import TASK_ROOT

OnEnd = Callable[[int], None]
"""Called once on the event loop with the return code, as ``subprocess`` gives it."""


class StartedProcess(Protocol):
    """Leads a session and process group of its own, which end with it.

    Attributes:
        pid: valid until the end is told.
    """

    pid: int

    def watch(self, on_end: OnEnd) -> None:
        """Call it once."""

    def go_on(self) -> None:
        """Whoever is called by this process knows it now."""

    def terminate(self) -> None:
        """Where there are no groups to signal."""

    def kill(self) -> None:
        """The process itself; quiet where it is gone."""


class ProgramProcess:
    """Started from an executable file."""

    def __init__(self, command: Command, output_fd: int) -> None:
        """Raises OSError where the program cannot be started."""
        self._loop = asyncio.get_running_loop()
        self._popen = subprocess.Popen(
            command.argv,
            stdin=subprocess.DEVNULL,
            stdout=output_fd,
            stderr=output_fd,
            cwd=command.cwd,
            env=command.environ,
            start_new_session=True,
            pass_fds=command.kept_fds,
            creationflags=_CREATION_FLAGS,
        )
        self.pid = self._popen.pid
        self._pidfd = -1
        self._on_end: OnEnd = lambda return_code: None

    def watch(self, on_end: OnEnd) -> None:
        self._on_end = on_end
        if sys.platform == "linux":
            self._pidfd = os.pidfd_open(self.pid)
            self._loop.add_reader(self._pidfd, self._pidfd_readable)
        else:
            threading.Thread(target=self._wait_in_thread, daemon=True).start()

    def go_on(self) -> None:
        """It never waited."""

    def terminate(self) -> None:
        self._popen.terminate()

    def kill(self) -> None:
        """Elsewhere its group is killed; asking after the process might reap it before."""
        if sys.platform == "win32":
            self._popen.kill()

    def _pidfd_readable(self) -> None:
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        # Before the process is reaped: until then no other group can have its number.
        kill_group(self.pid)
        self._on_end(self._popen.wait())

    def _wait_in_thread(self) -> None:
        return_code = self._popen.wait()
        # RuntimeError: the event loop is closed, nobody waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended, return_code)

    def _ended(self, return_code: int) -> None:
        kill_group(self.pid)
        self._on_end(return_code)


def why_not_started(command: Command, code_dir: Path, error: Exception) -> str:
    """As AWS's runtime interface emulator words it."""
    reason = getattr(error, "strerror", None) or str(error)
    program = command.argv[0].replace(str(code_dir), TASK_ROOT)
    return f"fork/exec {program}: {reason[:1].lower()}{reason[1:]}"


if sys.platform == "win32":
    _CREATION_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _CREATION_FLAGS = 0
