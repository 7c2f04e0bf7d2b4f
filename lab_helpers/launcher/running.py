"""One launcher per workspace: the lock that says so, and what a second one needs to join.

The lock is the operating system's own (``flock``, ``msvcrt.locking``), so a launcher that was
killed leaves none behind, whatever files remain.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from lab_helpers.launcher.private_files import write_json
from lab_helpers.launcher.workspace import STATE_FOLDER

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@dataclass(frozen=True)
class Running:
    """A launcher that has everything up.

    Attributes:
        url: JupyterLab's address with its token.
        browser_file: the page that JupyterLab wrote to be opened instead of ``url``, so that no
            list of processes shows the token.
        language: ``en`` or ``ja``.
    """

    pid: int
    url: str
    browser_file: str
    endpoint: str
    language: str


class WorkspaceLock:
    """Held by the one launcher of a workspace, from its start to its end."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle

    @classmethod
    def acquire(cls, workspace: Path) -> WorkspaceLock | None:
        """The lock, or None where another launcher holds it.

        Raises:
            OSError: the workspace cannot be written, or its file system has no locks.
        """
        path = workspace / STATE_FOLDER / "up.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if not _try_lock(handle):
                os.close(handle)
                return None
            if _is_still(path, handle):
                return cls(path, handle)
            # The holder before us removed the file between our opening and our locking it.
            os.close(handle)

    def release(self) -> None:
        """Give the workspace free and leave no file behind."""
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(self._handle)
            with contextlib.suppress(OSError):
                self._path.unlink()
        else:
            self._path.unlink(missing_ok=True)
            os.close(self._handle)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def announce(workspace: Path, running: Running) -> None:
    """Let a second launcher find this one."""
    write_json(_announcement(workspace), asdict(running))


def withdraw(workspace: Path) -> bool:
    """Remove the announcement; True where there was one (after a crash, a stale one)."""
    path = _announcement(workspace)
    existed = path.exists()
    path.unlink(missing_ok=True)
    return existed


def announced(workspace: Path) -> Running | None:
    """What the launcher that holds the lock announced; None while it is still starting."""
    try:
        return Running(**json.loads(_announcement(workspace).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _announcement(workspace: Path) -> Path:
    return workspace / STATE_FOLDER / "running.json"
