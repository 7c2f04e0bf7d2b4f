"""Progress goes to another machine and back; nothing is lost, nothing counts twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_helpers.errors import DojoError
from lab_helpers.progress import lab_state
from lab_helpers.progress.exchange import export_record, import_record
from tests.fakes import FakeClock
from tests.grading.stand_ins import LAB
from tests.progress.course import BEGUN, log_in


def test_what_is_exported_is_imported_once(tmp_path: Path) -> None:
    here, there = log_in(tmp_path / "here"), log_in(tmp_path / "there")
    here.append("check", "sample", "first", outcome="passed")
    here.append("prediction", "sample", "second", answer="日本語\n")
    file = tmp_path / "out" / "progress.jsonl"
    assert export_record(here, file) == 2
    first, again = import_record(there, file), import_record(there, file)
    assert (first.added, first.known) == (2, 0)
    assert (again.added, again.known) == (0, 2)
    assert there.events() == here.events()


def test_two_records_are_joined_and_each_keeps_what_it_had(tmp_path: Path) -> None:
    old, new = log_in(tmp_path / "old"), log_in(tmp_path / "new", FakeClock(BEGUN + 100))
    old.append("check", "sample", "first", outcome="passed")
    new.append("check", "sample", "second", outcome="passed")
    export_record(old, tmp_path / "old.jsonl")
    import_record(new, tmp_path / "old.jsonl")
    assert lab_state(LAB, new.events()).points == LAB.points


def test_an_older_record_does_not_undo_a_later_reset(tmp_path: Path) -> None:
    old, new = log_in(tmp_path / "old"), log_in(tmp_path / "new", FakeClock(BEGUN + 100))
    old.append("check", "sample", "first", outcome="passed")
    new.append("reset", "sample")
    export_record(old, tmp_path / "old.jsonl")
    import_record(new, tmp_path / "old.jsonl")
    assert lab_state(LAB, new.events()).points == 0


def test_a_file_that_exists_is_replaced_only_when_told(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    log.append("reset", "sample")
    file = tmp_path / "mine.txt"
    file.write_text("mine")
    with pytest.raises(DojoError, match="--force"):
        export_record(log, file)
    assert file.read_text() == "mine"
    assert export_record(log, file, overwrite=True) == 1


def test_nothing_to_export_is_told(tmp_path: Path) -> None:
    with pytest.raises(DojoError, match="no progress"):
        export_record(log_in(tmp_path), tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_file_that_is_no_record_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "essay.txt"
    file.write_bytes(b"dear diary\n\xff[[[")
    with pytest.raises(DojoError, match="no record of progress"):
        import_record(log_in(tmp_path), file)
    assert file.read_bytes() == b"dear diary\n\xff[[["
    with pytest.raises(DojoError, match="cannot be read"):
        import_record(log_in(tmp_path), tmp_path / "nowhere")


def test_damaged_lines_of_an_import_are_counted_and_left_out(tmp_path: Path) -> None:
    here, there = log_in(tmp_path / "here"), log_in(tmp_path / "there")
    here.append("reset", "sample")
    file = tmp_path / "x.jsonl"
    export_record(here, file)
    file.write_bytes(file.read_bytes() + b'{"time": "x"}\n{"torn')
    assert import_record(there, file).damaged == 2
    assert len(there.events()) == 1
