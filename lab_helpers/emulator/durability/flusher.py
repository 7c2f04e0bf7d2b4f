"""Brings commits from the operating system's memory to the disk, about once a second."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

FLUSH_AFTER_S = 1.0


class Flusher:
    """A thread that sleeps while nothing is written.

    It has a connection of its own: a slow disk does not hold up those who write.
    """

    def __init__(self, file: Path, after_s: float = FLUSH_AFTER_S) -> None:
        self._file = file
        self._after_s = after_s
        self._written = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Something was written; at the first time the thread is started."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="flusher", daemon=True)
            self._thread.start()
        self._written.set()

    def close(self) -> None:
        self._closing.set()
        self._written.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        connection = sqlite3.connect(self._file, timeout=10, isolation_level=None)
        connection.execute("PRAGMA synchronous = NORMAL")
        with contextlib.closing(connection):
            while not self._closing.is_set():
                self._written.wait()
                self._closing.wait(self._after_s)
                self._written.clear()
                with contextlib.suppress(sqlite3.Error):  # a full disk is told to who writes
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
