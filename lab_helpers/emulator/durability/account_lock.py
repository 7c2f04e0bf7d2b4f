"""One cloud per account: a lock that the operating system frees, however its holder ends."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lab_helpers.emulator.durability.errors import AccountInUseError


class AccountLock:
    """Holds ``folder`` until ``release`` or until this process is gone.

    SQLite's lock on an empty database is one that Linux, macOS and Windows all know.

    Args:
        patience_s: how long to wait for a holder that is about to end.

    Raises:
        AccountInUseError: somebody else holds it.
    """

    def __init__(self, folder: Path, patience_s: float) -> None:
        self._connection = sqlite3.connect(
            folder / "lock.sqlite3",
            timeout=patience_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._connection.close()
            raise AccountInUseError(folder) from error

    def release(self) -> None:
        self._connection.close()
