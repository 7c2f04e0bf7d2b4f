"""Child processes that only we stop: their own group, a log file, a tree that ends whole."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

POLL_S = 0.05
ORPHANS_GRACE_S = 0.5


def start(
    argv: Sequence[str], *, environment: Mapping[str, str], folder: Path, out: Path, errors: Path
) -> subprocess.Popen[bytes]:
    """Start ``argv`` in ``folder``, its output going to the files ``out`` and ``errors``.

    A group of its own keeps the terminal's Ctrl-C from reaching it: we stop things in order.

    Raises:
        OSError: the program or a log file cannot be opened.
    """
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
    with _private_log(out) as out_file, _private_log(errors) as errors_file:
        return subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=out_file,
            stderr=errors_file,
            cwd=folder,
            env=dict(environment),
            start_new_session=sys.platform != "win32",
            creationflags=flags,
        )


@contextlib.contextmanager
def _private_log(path: Path) -> Iterator[int]:
    """A file that only its owner reads: logs may quote tokens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def tree(pid: int) -> list[psutil.Process]:
    """The process and all that descend from it, as far as they still run."""
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    return []


def end_tree(
    processes: Sequence[psutil.Process], *, patience_s: float, hurry: Callable[[], bool]
) -> None:
    """Give the root, the first one, ``patience_s`` to end its own; then kill what remains.

    Take the tree before asking its root to end: orphans cannot be found afterwards.
    """
    _wait(processes[:1], patience_s, hurry)
    for process in _wait(processes, ORPHANS_GRACE_S, hurry):
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=3)


def _wait(
    processes: Sequence[psutil.Process], limit_s: float, hurry: Callable[[], bool]
) -> list[psutil.Process]:
    """Those still alive when ``limit_s`` is over."""
    alive = list(processes)
    deadline = time.monotonic() + limit_s
    while alive and time.monotonic() < deadline and not hurry():
        _gone, alive = psutil.wait_procs(alive, timeout=POLL_S)
    return alive


def ask_to_end(process: psutil.Process) -> None:
    """SIGTERM; on Windows Ctrl-Break, which a console program of its own group receives."""
    with contextlib.suppress(psutil.Error, OSError):
        if sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.terminate()


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log, for an error message; empty where there is none."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - 8192))
            text = stream.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join([line for line in text.splitlines() if line.strip()][-count:])
