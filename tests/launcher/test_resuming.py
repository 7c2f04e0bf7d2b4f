"""Who comes back goes on where they left off; who has not begun sees the map."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_helpers.launcher.resuming import left_off
from lab_helpers.progress import FILE_NAME, STATE_FOLDER, ProgressLog
from tests.fakes import FakeClock
from tests.test_catalog import write_lab


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    write_lab(tmp_path / "labs", "03_sample")
    return tmp_path / "labs"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "03_sample").mkdir(parents=True)
    (folder / STATE_FOLDER).mkdir()
    (folder / "03_sample" / "sample.ja.ipynb").touch()
    return folder


def record(workspace: Path) -> ProgressLog:
    return ProgressLog(workspace / STATE_FOLDER / FILE_NAME, FakeClock(1_790_000_000.0))


def test_who_has_not_begun_gets_the_page_and_no_notebook(shipped: Path, workspace: Path) -> None:
    assert left_off(workspace, shipped, "ja") is None
    assert "未着手" in (workspace / "PROGRESS.html").read_text(encoding="utf-8")


def test_who_has_begun_goes_on_in_the_notebook_of_their_language(
    shipped: Path, workspace: Path
) -> None:
    record(workspace).append("check", "sample", "first", outcome="passed")
    found = left_off(workspace, shipped, "ja")
    assert found is not None
    assert found.notebook == "03_sample/sample.ja.ipynb"
    assert "次" in found.sentence
    assert left_off(workspace, shipped, "en") is None, "that notebook is not there"


def test_who_has_finished_sees_the_map(shipped: Path, workspace: Path) -> None:
    for step in ("first", "second"):
        record(workspace).append("check", "sample", step, outcome="passed")
    assert left_off(workspace, shipped, "ja") is None


def test_a_record_that_cannot_be_read_keeps_nobody_from_starting(
    shipped: Path, workspace: Path
) -> None:
    (workspace / STATE_FOLDER / FILE_NAME).mkdir()
    assert left_off(workspace, shipped, "ja") is None
