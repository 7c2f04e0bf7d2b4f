"""How much memory an execution environment's processes use.

Linux tells a process's peak (``VmHWM``) and its children in ``/proc``; elsewhere ``psutil`` tells
the present use, so a short peak between two looks is missed there.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NamedTuple

import psutil


class MemoryUse(NamedTuple):
    """Bytes, of a process and its descendants together.

    Attributes:
        has_background_work: there are other threads than the main one, or child processes.
        descendants: their process ids.
    """

    present: int
    peak: int
    has_background_work: bool = False
    descendants: tuple[int, ...] = ()


def memory_use(pid: int) -> MemoryUse:
    """Zero where the process is gone."""
    return _linux_use(pid) if sys.platform == "linux" else _psutil_use(pid)


def _linux_use(pid: int) -> MemoryUse:
    status = _read(f"/proc/{pid}/status")
    present, peak = _kilobytes(status, b"VmRSS:"), _kilobytes(status, b"VmHWM:")
    is_threaded = b"\nThreads:\t1\n" not in status
    # Each invocation looks here: a process of one thread has its children in one list.
    has_children = is_threaded or _read(f"/proc/{pid}/task/{pid}/children")
    descendants = _descendants(pid) if has_children else []
    if descendants:
        # Forked processes share pages: proportional shares, so that none counts twice.
        present = sum(_proportional_share(each) for each in (pid, *descendants))
    has_background_work = bool(descendants) or is_threaded
    return MemoryUse(present, max(present, peak), has_background_work, tuple(descendants))


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = children_of(waiting.pop())
        found += children
        waiting += children
    return found


def children_of(pid: int) -> list[int]:
    """On Linux: the processes that ``pid`` has started and that still are."""
    found: list[int] = []
    try:
        tasks = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 # ten times cheaper
    except OSError:
        return found
    for task in tasks:
        found += [int(child) for child in _read(f"/proc/{pid}/task/{task}/children").split()]
    return found


def _proportional_share(pid: int) -> int:
    return _kilobytes(_read(f"/proc/{pid}/smaps_rollup"), b"\nPss:")


def _read(path: str) -> bytes:
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(fd, 16_384)
    except OSError:
        return b""
    finally:
        os.close(fd)


def _kilobytes(text: bytes, name: bytes) -> int:
    start = text.find(name)
    if start < 0:  # a process that has ended but is not reaped has no memory lines
        return 0
    return int(text[start + len(name) :].split(None, 1)[0]) * 1024


def _psutil_use(pid: int) -> MemoryUse:
    present = peak = 0
    has_background_work = False
    pids: tuple[int, ...] = ()
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        descendants = root.children(recursive=True)
        pids = tuple(process.pid for process in descendants)
        has_background_work = bool(descendants) or root.num_threads() > 1
        for process in [root, *descendants]:
            info = process.memory_info()
            present += info.rss
            peak += getattr(info, "peak_wset", info.rss)
    return MemoryUse(present, peak, has_background_work, pids)
