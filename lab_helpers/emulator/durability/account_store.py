"""The account's file: documents by name, commands in order, and one snapshot of moto.

SQLite in WAL mode: a commit is in the operating system's hands before the learner gets an
answer, so that a killed process loses nothing; ``Flusher`` brings it to the disk within a second,
so that a power cut loses no more than that, and never leaves half a commit
(https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab_helpers.emulator.durability.account_lock import AccountLock
from lab_helpers.emulator.durability.errors import NewerAccountError, NotKeptError
from lab_helpers.emulator.durability.flusher import Flusher

FORMAT = 1
"""Of the tables; raise it together with a step in ``_TABLES`` that leads there."""

_TABLES = """
CREATE TABLE document (kind TEXT, name TEXT, content BLOB, PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE TABLE command (number INTEGER PRIMARY KEY, content BLOB);
CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER, stamp TEXT,
                       content BLOB);
"""
_PUT = "INSERT OR REPLACE INTO document VALUES (?, ?, ?)"
_DROP = "DELETE FROM document WHERE kind = ? AND name = ?"
_APPEND = "INSERT INTO command (content) VALUES (?)"

_Write = tuple[str, tuple[object, ...]]


@dataclass(frozen=True)
class Snapshot:
    """All of moto at one moment.

    Attributes:
        upto: number of the last command that it holds.
        stamp: the versions that wrote it.
    """

    upto: int
    stamp: str
    content: bytes


class AccountStore:
    """Safe to use from all threads.

    Args:
        folder: of this account alone; made if missing, readable by its owner only.
        patience_s: how long to wait for another cloud that has it open.

    Raises:
        AccountInUseError, NewerAccountError.
    """

    def __init__(self, folder: Path, patience_s: float = 5.0) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self.file = folder / "account.sqlite3"
        self._lock = threading.RLock()
        self._batch = threading.local()
        self._unwritten: list[_Write] = []
        self._account_lock = AccountLock(folder, patience_s)
        try:
            self._connection = _opened(self.file)
            self.last_command = self._number("SELECT max(number) FROM command")
        except BaseException:
            self._account_lock.release()
            raise
        self.command_bytes = 0
        self._flusher = Flusher(self.file)

    # --- writing

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """What this thread writes inside is kept all at once, at the end of the outermost block."""
        if getattr(self._batch, "writes", None) is not None:
            yield
            return
        self._batch.writes = []
        try:
            yield
        finally:
            writes, self._batch.writes = self._batch.writes, None
            if writes:
                self._commit(writes)

    def put_document(self, kind: str, name: str, content: bytes) -> None:
        """Raises NotKeptError; so do all that write."""
        self._write(_PUT, (kind, name, content))

    def drop_document(self, kind: str, name: str) -> None:
        self._write(_DROP, (kind, name))

    def append_command(self, content: bytes) -> None:
        self._write(_APPEND, (content,))

    def check_writable(self) -> None:
        """Before a change is made: what could not be written last time goes first."""
        if self._unwritten:
            self._commit([])

    def put_snapshot(self, stamp: str, content: bytes, history_bytes: int) -> None:
        """Replace the snapshot by one that holds every command so far.

        Args:
            history_bytes: older commands are kept, for a version that cannot read the snapshot,
                as long as all of them together are no larger than this.
        """
        with self._lock:
            writes: list[_Write] = [
                (
                    "INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?, ?)",
                    (self.last_command, stamp, content),
                )
            ]
            if self._number("SELECT sum(length(content)) FROM command") > history_bytes:
                writes.append(("DELETE FROM command WHERE number < ?", (self.last_command,)))
            self._commit(writes)
            self.command_bytes = 0

    def clear(self) -> None:
        """An empty account."""
        with self._lock:
            self._unwritten.clear()
            self._commit([(f"DELETE FROM {table}", ()) for table in _table_names()])
            self.last_command = self.command_bytes = 0

    def close(self) -> None:
        """Everything is on the disk, and another cloud may open the account."""
        self._flusher.close()
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()
        self._account_lock.release()

    # --- reading

    def documents(self, kind: str) -> list[tuple[str, bytes]]:
        """(name, content), by name."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT name, content FROM document WHERE kind = ? ORDER BY name", (kind,)
            )
            return [(str(name), bytes(content)) for name, content in rows]

    def snapshot(self) -> Snapshot | None:
        with self._lock:
            row = self._connection.execute("SELECT upto, stamp, content FROM snapshot").fetchone()
        return None if row is None else Snapshot(int(row[0]), str(row[1]), bytes(row[2]))

    def commands_after(self, number: int) -> Iterator[bytes]:
        """In their order. Nothing may be written meanwhile."""
        rows = self._connection.execute(
            "SELECT content FROM command WHERE number > ? ORDER BY number", (number,)
        )
        for (content,) in rows:
            yield bytes(content)

    @property
    def is_new(self) -> bool:
        """Whether nothing has ever been changed in this account."""
        with self._lock:
            return not self.last_command and not self._number("SELECT count(*) FROM snapshot")

    def history_is_whole(self) -> bool:
        """Whether the commands reach back to the account's beginning."""
        with self._lock:
            return self._number("SELECT min(number) FROM command") == 1

    # --- inside

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        writes: list[_Write] | None = getattr(self._batch, "writes", None)
        if writes is not None:
            writes.append((statement, values))
        else:
            self._commit([(statement, values)])

    def _commit(self, writes: list[_Write]) -> None:
        with self._lock:
            waiting = [*self._unwritten, *writes]
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                for statement, values in waiting:
                    self._connection.execute(statement, values)
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                self._unwritten = waiting
                raise NotKeptError(self.file, error) from error
            self._unwritten = []
            self._count(waiting)
        self._flusher.wake()

    def _count(self, written: list[_Write]) -> None:
        for statement, values in written:
            if statement == _APPEND:
                self.last_command += 1
                self.command_bytes += len(values[0])  # type: ignore[arg-type]

    def _number(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0] or 0)


def _table_names() -> tuple[str, ...]:
    return ("document", "command", "snapshot")


def _opened(file: Path) -> sqlite3.Connection:
    file.touch(mode=0o600)
    connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # the flusher's work
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > FORMAT:
        connection.close()
        raise NewerAccountError(file, found, FORMAT)
    if found == 0:
        connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
    return connection
