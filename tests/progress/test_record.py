"""The record only grows; a damaged end is cut and told, whatever a crash left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_helpers.progress import ProgressLog, lab_state
from lab_helpers.settings import Settings
from tests.fakes import FakeClock
from tests.grading.stand_ins import LAB


@pytest.fixture
def record(tmp_path: Path) -> ProgressLog:
    return ProgressLog(tmp_path / "deep" / "progress.jsonl", FakeClock(1_790_000_000.0))


def passed(record: ProgressLog, step: str = "first", points: int = 2) -> None:
    record.append("check", "sample", step, outcome="passed", diagnosis=None, points=points)


def test_events_come_back_as_they_were_written(record: ProgressLog) -> None:
    written = record.append("prediction", "sample", "first", answer="日本語\nと改行")
    assert record.events() == [written]
    line = json.loads(record.path.read_text(encoding="utf-8"))
    assert line["v"] == 1
    assert line["time"] == 1_790_000_000.0


def test_the_state_of_a_lab_is_made_of_its_events(record: ProgressLog) -> None:
    record.append("hint", "sample", "first", level=1)
    record.append("hint", "sample", "first", level=2)
    record.append("prediction", "sample", "first", answer="cold")
    passed(record)
    record.append("solution", "sample", "second")
    passed(record, "third")
    record.append("check", "another", "first", outcome="incorrect")
    state = lab_state(LAB, record.events())
    first, second = state.steps["first"], state.steps["second"]
    assert (first.passed, first.points, first.hints, first.prediction) == (True, 2, 2, "cold")
    assert (second.passed, second.solution_shown, second.outcome) == (False, True, None)
    assert (state.points, state.points_total, state.next_open) == (2, 5, "second")


def test_a_passed_step_keeps_its_points_when_it_is_broken_later(record: ProgressLog) -> None:
    passed(record)
    record.append("check", "sample", "first", outcome="incorrect", diagnosis="x", points=0)
    first = lab_state(LAB, record.events()).steps["first"]
    assert (first.passed, first.points, first.outcome) == (True, 2, "incorrect")


def test_a_reset_begins_anew_and_keeps_the_history(record: ProgressLog) -> None:
    passed(record)
    record.append("reset", "sample")
    assert lab_state(LAB, record.events()).points == 0
    assert [event.kind for event in record.events()] == ["check", "reset"]


def test_no_file_is_no_progress(record: ProgressLog) -> None:
    assert record.events() == []
    assert record.notice is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(kept=st.integers(min_value=0, max_value=10_000), junk=st.binary(max_size=20))
def test_a_torn_end_is_cut_and_what_follows_is_kept(
    tmp_path_factory: pytest.TempPathFactory, kept: int, junk: bytes
) -> None:
    record = ProgressLog(tmp_path_factory.mktemp("p") / "progress.jsonl", FakeClock())
    passed(record)
    passed(record, "second", 3)
    whole = record.path.read_bytes()
    torn = whole[: kept % len(whole)] + junk
    record.path.write_bytes(torn)
    before = [event.step for event in record.events()]
    if not junk:
        assert len(before) == torn.count(b"\n")
    after = record.append("hint", "sample", "second", level=1)
    assert record.events()[-1] == after
    assert [event.step for event in record.events()][:-1] == before
    assert record.path.read_bytes().endswith(after.as_line().encode() + b"\n")


def test_a_cut_is_told_once_and_the_cut_bytes_are_kept(record: ProgressLog) -> None:
    passed(record)
    with record.path.open("ab") as stream:
        stream.write(b'{"half')
    assert [event.step for event in record.events()] == ["first"]
    assert record.notice is not None
    assert "1 damaged line" in record.notice.en
    assert "壊れた 1 行" in record.notice.ja
    assert b'{"half' in record.path.with_suffix(".damaged").read_bytes()
    record.events()
    assert record.notice is None


def test_the_record_is_in_the_workspace_around_the_lab_or_at_home(tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "home")
    lab = tmp_path / "workspace" / "01_create_function"
    lab.mkdir(parents=True)
    assert ProgressLog.near(lab, home).path == tmp_path / "home" / "progress.jsonl"
    (tmp_path / "workspace" / ".lambda-dojo").mkdir()
    expected = tmp_path / "workspace" / ".lambda-dojo" / "progress.jsonl"
    assert ProgressLog.near(lab, home).path == expected
