"""A small process that outlives a killed launcher just long enough to end what it started.

It reads ``<pid> <creation time>`` lines from its standard input, which the launcher holds open.
The end of the input without a ``bye`` means that the launcher is gone (killed, out of memory, its
console closed): then the processes named, and all that descend from them, are ended.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

import psutil

from lab_helpers.launcher.processes import ask_to_end, end_tree, tree

PATIENCE_S = 5.0


class Guard:
    """The launcher's end of the pipe."""

    def __init__(self) -> None:
        flags = 0
        if sys.platform == "win32":
            # Not in the launcher's console, whose closing would end it too.
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "lab_helpers.launcher.guard"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
            creationflags=flags,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def watch(self, pid: int) -> None:
        """End this process, too, should the launcher vanish."""
        try:
            created = psutil.Process(pid).create_time()
        except psutil.Error:
            return
        self._write(f"{pid} {created}\n")

    def dismiss(self) -> None:
        """All is ended in order: nothing is left to guard."""
        self._write("bye\n")
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
            self._process.wait(timeout=3)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        except OSError:
            # The guard was killed. The course goes on; only the safety net is missing.
            return


def end_orphans(lines: Iterable[str]) -> None:
    """What the guard does when its input ends."""
    trees: list[list[psutil.Process]] = []
    for line in lines:
        if line.strip() == "bye":
            return
        pid, created = line.split()
        found = tree(int(pid))
        # A pid used again belongs to somebody else.
        if found and abs(found[0].create_time() - float(created)) < 1.0:
            ask_to_end(found[0])
            trees.append(found)
    for orphans in trees:
        end_tree(orphans, patience_s=PATIENCE_S, hurry=lambda: False)


if __name__ == "__main__":
    end_orphans(list(sys.stdin))
