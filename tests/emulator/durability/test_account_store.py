"""The account's file: what is written is there, whole, in order, or the writer is told."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.emulator.durability.account_store import FORMAT, AccountStore
from lab_helpers.emulator.durability.errors import (
    AccountInUseError,
    NewerAccountError,
    NotKeptError,
)


def opened_copy(store: AccountStore, folder: Path) -> AccountStore:
    """What a process that was killed just now leaves behind, opened again."""
    folder.mkdir()
    for name in ("account.sqlite3", "account.sqlite3-wal"):
        if (store.folder / name).exists():
            shutil.copy(store.folder / name, folder / name)
    return AccountStore(folder)


def test_documents_and_commands_are_there_for_the_next_process_without_a_close(
    tmp_path: Path,
) -> None:
    store = AccountStore(tmp_path / "a")
    store.put_document("kind", "name", b"one")
    store.put_document("kind", "name", b"two")
    store.put_document("kind", "gone", b"x")
    store.drop_document("kind", "gone")
    store.append_command(b"first")
    store.append_command(b"second")

    after = opened_copy(store, tmp_path / "b")

    assert after.documents("kind") == [("name", b"two")]
    assert list(after.commands_after(0)) == [b"first", b"second"]
    assert list(after.commands_after(1)) == [b"second"]
    assert after.last_command == 2
    store.close()
    after.close()


def test_what_is_written_together_is_kept_together(tmp_path: Path) -> None:
    store = AccountStore(tmp_path / "a")
    with store.together():
        store.put_document("kind", "name", b"one")
        before = opened_copy(store, tmp_path / "b")
        with store.together():
            store.append_command(b"first")
    after = opened_copy(store, tmp_path / "c")

    assert (before.documents("kind"), before.last_command) == ([], 0)
    assert (after.documents("kind"), after.last_command) == ([("name", b"one")], 1)
    for one in (store, before, after):
        one.close()


def test_a_power_cut_leaves_a_beginning_of_what_was_written_and_never_a_torn_account(
    tmp_path: Path,
) -> None:
    store = AccountStore(tmp_path / "a")
    written = [str(number).encode() * 50 for number in range(60)]
    for content in written:
        with store.together():
            store.append_command(content)
            store.put_document("count", "of commands", str(store.last_command + 1).encode())
    log = (tmp_path / "a" / "account.sqlite3-wal").read_bytes()

    for number, cut in enumerate(range(0, len(log), max(1, len(log) // 40))):
        folder = tmp_path / f"cut-{number}"
        folder.mkdir()
        shutil.copy(store.file, folder / "account.sqlite3")
        (folder / "account.sqlite3-wal").write_bytes(log[:cut])
        try:
            after = AccountStore(folder)
        except sqlite3.DatabaseError as error:  # pragma: no cover
            raise AssertionError(f"torn at {cut} of {len(log)}") from error
        kept = list(after.commands_after(0))
        assert kept == written[: len(kept)]
        documents = dict(after.documents("count"))
        assert documents.get("of commands", b"0") == str(len(kept)).encode()
        after.close()
    store.close()


def test_a_full_disk_is_told_and_nothing_is_lost_once_there_is_room_again(tmp_path: Path) -> None:
    store = AccountStore(tmp_path / "a")
    store.append_command(b"before")
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(NotKeptError, match="disk is full") as told:
        store.append_command(b"x" * 100_000)
    assert "Free some disk space" in str(told.value)
    with pytest.raises(NotKeptError):
        store.check_writable()
    store._connection.execute("PRAGMA max_page_count = 100000")
    store.check_writable()
    store.append_command(b"after")

    after = opened_copy(store, tmp_path / "b")
    assert list(after.commands_after(0)) == [b"before", b"x" * 100_000, b"after"]
    store.close()
    after.close()


def test_a_second_cloud_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    store = AccountStore(tmp_path / "a")

    with pytest.raises(AccountInUseError, match="lambda-dojo cloud stop"):
        AccountStore(tmp_path / "a", patience_s=0)
    store.close()

    AccountStore(tmp_path / "a", patience_s=0).close()


def test_an_account_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    store = AccountStore(tmp_path / "a")
    store._connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    store.close()
    before = store.file.read_bytes()

    with pytest.raises(NewerAccountError, match="Upgrade Lambda Dojo"):
        AccountStore(tmp_path / "a")

    assert store.file.read_bytes() == before


def test_a_snapshot_replaces_the_one_before_and_long_history_goes(tmp_path: Path) -> None:
    store = AccountStore(tmp_path / "a")
    for number in range(10):
        store.append_command(b"%d" % number)
    store.put_snapshot("stamp", b"state", history_bytes=100)
    assert store.history_is_whole()

    store.put_snapshot("stamp", b"newer", history_bytes=5)

    found = store.snapshot()
    assert found is not None
    assert (found.upto, found.stamp, found.content) == (10, "stamp", b"newer")
    assert not store.history_is_whole()
    store.append_command(b"next")
    assert list(store.commands_after(found.upto)) == [b"next"]
    store.close()


def test_a_cleared_account_is_as_a_new_one(tmp_path: Path) -> None:
    store = AccountStore(tmp_path / "a")
    store.append_command(b"x")
    store.put_document("kind", "name", b"x")
    store.put_snapshot("stamp", b"state", history_bytes=0)
    store.clear()
    store.append_command(b"y")

    assert store.snapshot() is None
    assert store.documents("kind") == []
    assert (list(store.commands_after(0)), store.last_command) == ([b"y"], 1)
    store.close()


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    store = AccountStore(tmp_path / "a")
    store.append_command(b"x")

    assert (tmp_path / "a").stat().st_mode & 0o077 == 0
    for file in (tmp_path / "a").iterdir():
        assert file.stat().st_mode & 0o077 == 0 or file.name.startswith("lock"), file
    store.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.binary(max_size=2000), max_size=12))
def test_any_bytes_come_back_as_they_were(contents: list[bytes]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        store = AccountStore(Path(name))
        for content in contents:
            store.append_command(content)
        assert list(store.commands_after(0)) == contents
        store.close()
