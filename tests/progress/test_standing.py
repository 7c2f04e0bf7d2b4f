"""Where a learner stands with all labs, and where they go on; whatever became of the labs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_helpers.catalog import Step, Text
from lab_helpers.progress import ProgressEvent, course_standing, lab_state
from lab_helpers.progress.page import progress_page, score_report
from lab_helpers.progress.standing import CourseStanding, standing_of
from lab_helpers.progress.table import progress_table
from tests.fakes import FakeClock
from tests.grading.stand_ins import LAB
from tests.progress.course import BEGUN, LABS, OTHER, log_in


def test_who_has_not_begun_goes_on_with_the_first_step_of_the_first_lab(tmp_path: Path) -> None:
    standing = course_standing(LABS, log_in(tmp_path))
    assert standing.current is not None
    assert (standing.current.lab.id, standing.current.state.next_open) == ("sample", "first")
    assert (standing.points, standing.points_total, standing.fraction) == (0, 10, 0.0)


def test_the_lab_touched_last_is_the_one_to_go_on_with(tmp_path: Path) -> None:
    log_in(tmp_path).append("check", "sample", "first", outcome="passed")
    log_in(tmp_path, FakeClock(BEGUN + 60)).append("hint", "other", "first", level=1)
    standing = course_standing(LABS, log_in(tmp_path))
    assert standing.current is not None
    assert standing.current.lab.id == "other"
    assert standing.labs[1].latest == BEGUN + 60


def test_a_finished_lab_leads_to_the_next_and_the_last_one_to_none(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    for lab in LABS:
        for step in ("first", "second"):
            log.append("check", lab.id, step, outcome="passed")
        current = course_standing(LABS, log).current
        assert (current.lab.id if current else None) == ("other" if lab is LAB else None)
    assert course_standing(LABS, log).fraction == 1.0


def test_a_new_version_of_a_lab_keeps_what_was_done(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    log.append("check", "sample", "first", outcome="passed", points=2)
    log.append("check", "sample", "gone", outcome="passed", points=5)
    log.append("check", "removed_lab", "first", outcome="passed", points=5)
    newer = replace(
        LAB,
        steps=(
            Step("new", 4, Text("New", "新")),
            replace(LAB.steps[0], points=6),
            LAB.steps[1],
        ),
    )
    state = lab_state(newer, log.events())
    assert list(state.steps) == ["new", "first", "second"]
    assert state.steps["first"].passed
    assert state.steps["first"].points == 6, "a passed step is worth what it is worth today"
    assert (state.points, state.points_total, state.next_open) == (6, 13, "new")
    assert len(log.events()) == 3


def test_events_count_in_the_order_of_their_time_however_they_were_written(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    log.add(
        [
            ProgressEvent(200.0, "sample", "first", "check", {"outcome": "passed"}),
            ProgressEvent(100.0, "sample", "", "reset"),
            ProgressEvent(50.0, "sample", "second", "check", {"outcome": "passed"}),
        ]
    )
    state = lab_state(LAB, log.events())
    assert (state.steps["first"].passed, state.steps["second"].passed) == (True, False)


_DATA = st.dictionaries(
    st.sampled_from(["outcome", "level", "answer", "answers", "right", "points"]),
    st.none()
    | st.integers()
    | st.text()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text()),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(
    events=st.lists(
        st.builds(
            ProgressEvent,
            time=st.floats(allow_nan=False, allow_infinity=False),
            lab=st.sampled_from(["sample", "other", "x"]),
            step=st.sampled_from(["", "first", "second", "x"]),
            kind=st.sampled_from(["check", "hint", "solution", "prediction", "quiz", "reset", "x"]),
            data=_DATA,
        ),
        max_size=8,
    )
)
def test_no_event_whatever_keeps_the_course_from_being_shown(events: list[ProgressEvent]) -> None:
    standing = CourseStanding(tuple(standing_of(lab, events) for lab in (LAB, OTHER)))
    assert 0 <= standing.points <= standing.points_total
    for language in ("en", "ja"):
        assert progress_table(standing, language)
        assert progress_page(standing, language, BEGUN)
        assert score_report(standing, language, BEGUN, "x")
