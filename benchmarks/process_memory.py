"""What a process and all its descendants hold in memory."""

from __future__ import annotations

import contextlib
import sys

import psutil

MIB = 1024 * 1024
KIND = "PSS" if sys.platform == "linux" else "RSS"


def tree_mib(pid: int) -> float:
    """MiB of the tree below ``pid``: PSS (shared pages divided among their users) on Linux.

    Elsewhere RSS, which counts what processes share once for each of them.
    """
    root = psutil.Process(pid)
    total = 0
    for process in (root, *root.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            total += _bytes_of(process)
    return total / MIB


def _bytes_of(process: psutil.Process) -> int:
    if sys.platform == "linux":
        return int(process.memory_full_info().pss)
    return int(process.memory_info().rss)
