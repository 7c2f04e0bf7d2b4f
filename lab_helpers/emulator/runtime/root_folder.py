"""The folder below which a host keeps its environments' ``/tmp`` and home folders."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

import psutil

PREFIX = "lambda-dojo-"
STALE_AFTER_S = 24 * 3600.0


def make_root_folder() -> Path:
    """``lambda-dojo-<pid>-…``; takes the occasion to remove what dead hosts left."""
    remove_stale_folders(Path(tempfile.gettempdir()), time.time())
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))


def remove_stale_folders(parent: Path, now: float) -> None:
    """Folders of hosts that are gone and whose guard was ended with them.

    A day old at least: a process that shares this folder but not our process ids (another
    container) looks gone although it runs.
    """
    for folder in parent.glob(f"{PREFIX}*-*"):
        pid = folder.name[len(PREFIX) :].partition("-")[0]
        try:
            is_old = now - folder.stat().st_mtime > STALE_AFTER_S
        except OSError:
            continue
        if is_old and pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
