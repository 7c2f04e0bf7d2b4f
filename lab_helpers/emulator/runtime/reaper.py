"""Nothing of a function stays running when the cloud is killed.

POSIX: a small guard process holds the other end of a pipe and sees it close. Windows: a Job
Object, which the system closes, and with it ends its processes, when the cloud's process ends.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from lab_helpers.emulator.runtime import reaper_guard
from lab_helpers.emulator.runtime.interpreters import host_interpreter
from lab_helpers.emulator.runtime.windows_job import KillOnCloseJob

GUARD_EXIT_S = 5.0


class Reaper:
    """Knows the function processes of one cloud."""

    def __init__(self, root_dir: Path) -> None:
        self._root_dir = root_dir
        self._listed: dict[int, str] = {}
        self._guard: subprocess.Popen[bytes] | None = None
        self._job: KillOnCloseJob | None = None

    @property
    def guard_pid(self) -> int | None:
        return None if self._guard is None else self._guard.pid

    def start(self) -> None:
        if sys.platform == "win32":
            self._job = KillOnCloseJob()
            return
        self._start_guard()

    def add(self, pid: int, runtime_api_address: str) -> None:
        self._listed[pid] = runtime_api_address
        if self._job is not None:
            self._job.assign(pid)
        self._tell(f"+\t{pid}\t{runtime_api_address}\n")

    def remove(self, pid: int) -> None:
        if self._listed.pop(pid, None) is not None:
            self._tell(f"-\t{pid}\n")

    async def close(self) -> None:
        """Ends what is still listed."""
        if self._job is not None:
            self._job.close()
        if self._guard is not None and self._guard.stdin is not None:
            guard, self._guard = self._guard, None
            assert guard.stdin is not None
            guard.stdin.close()
            await asyncio.to_thread(_wait_or_kill, guard)

    def _start_guard(self) -> None:
        python = host_interpreter().executable
        self._guard = subprocess.Popen(
            [str(python), "-I", "-S", reaper_guard.__file__, str(self._root_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
            bufsize=0,
            start_new_session=True,
        )

    def _tell(self, line: str) -> None:
        if self._guard is None or self._guard.stdin is None:
            return
        try:
            self._guard.stdin.write(line.encode())
        except BrokenPipeError:  # someone ended the guard: a new one learns the whole list
            self._guard.wait()
            self._start_guard()
            for pid, address in self._listed.items():
                self._tell(f"+\t{pid}\t{address}\n")


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(GUARD_EXIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
