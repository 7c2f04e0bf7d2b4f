"""Journal entries become runs, waits and throttles."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.notebook.timeline.folding import history_of
from lab_helpers.notebook.timeline.history import function_name, qualifier_of
from tests.notebook.timeline.journal_entries import ARN, Story, failed_event


def test_a_cold_run_knows_its_phases_and_what_it_cost() -> None:
    (run,) = history_of(Story().run("r", init_ms=150, ms=50).records).runs
    assert (run.cold, run.init_ms, run.duration_ms, run.billed_ms) == (True, 150, 50, 200)
    moments = (run.began_s, run.invoke_began_s, run.ended_s)
    assert moments == pytest.approx((1000.0, 1000.15, 1000.2))
    assert (run.status, run.failed, run.memory_mb, run.used_mb) == ("success", False, 128, 40)


def test_the_attempts_at_one_event_are_runs_of_their_own_in_one_environment() -> None:
    history = history_of(failed_event().records)
    assert [(run.attempt, run.status, run.cold) for run in history.runs] == [
        (1, "error", True),
        (2, "error", False),
        (3, "error", False),
    ]
    assert len({run.log_stream for run in history.runs}) == 1
    assert len({run.key for run in history.runs}) == 3


def test_waits_have_aws_s_length_and_that_which_passed_here() -> None:
    waits = history_of(failed_event().records).waits
    assert [wait.aws_s for wait in waits] == [60.0, 120.0]
    assert [round(wait.here_s or 0, 3) for wait in waits] == [1.0, 2.0]


def test_what_has_not_ended_is_running_or_waiting() -> None:
    story = Story().started("r", cold=True)
    (run,) = history_of(story.records).runs
    assert (run.status, run.failed, run.ended_s, run.invoke_began_s) == (
        "running",
        False,
        None,
        None,
    )
    story = Story().attempt("e", 1).throttled("e")
    story.tell("async.retry", "e", wait_s=1.0, reason="throttled", retries=0)
    (wait,) = history_of(story.records).waits
    assert (wait.here_s, wait.function) == (None, "f")


def test_a_run_that_the_platform_cut_off_has_failed() -> None:
    story = Story().attempt("e", 1).started("e").at(1001.0)
    story.tell("async.retry", "e", wait_s=1.0, reason="system error: x", retries=0)
    (run,) = history_of(story.records).runs
    assert (run.status, run.ended_s) == ("failed", 1001.0)


def test_a_throttle_is_no_run() -> None:
    history = history_of(Story().throttled("r").records)
    assert history.runs == ()
    assert history.throttles[0].reason == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert history.functions == ["f"]


def test_a_restore_is_told_as_one() -> None:
    story = Story().started("r", cold=True)
    story.tell(
        "platform.Report",
        "r",
        time=1001.0,
        status="success",
        duration_ms=5.0,
        billed_duration_ms=5,
        init_duration_ms=None,
        restore_duration_ms=300.0,
    )
    (run,) = history_of(story.records).runs
    assert (run.restored, run.init_ms) == (True, 300.0)


def test_the_end_of_a_run_whose_beginning_is_no_longer_known_is_left_out() -> None:
    records = Story().run("old").run("new").records
    assert [run.request_id for run in history_of(records[1:]).runs] == ["new"]


def test_only_a_successful_change_of_an_alias_counts() -> None:
    story = Story().at(1.0).call("a", "UpdateAlias").at(2.0).call("b", "UpdateAlias", 404)
    assert history_of(story.records).aliases_changed_s == 1.0


def test_history_of_one_function_and_of_one_alias() -> None:
    story = Story().run("a", "f").run("b", "f:live", version="1").run("c", "g").throttled("d", "g")
    history = history_of(story.records)
    assert [run.request_id for run in history.of_function("f").runs] == ["a", "b"]
    assert [run.request_id for run in history.of_function("f", "live").runs] == ["b"]
    assert len(history.of_function("g").throttles) == 1
    assert history.functions == ["f", "g"]


def test_the_newest_runs_come_with_what_happened_since_the_first_of_them() -> None:
    story = Story().throttled("early").at(1001.0)
    for number in range(5):
        story.run(f"r{number}")
    story.throttled("late")
    newest = history_of(story.records).newest_runs(2)
    assert [run.request_id for run in newest.runs] == ["r3", "r4"]
    assert [one.request_id for one in newest.throttles] == ["late"]


def test_names_in_arns() -> None:
    assert (function_name(ARN + "f:live"), qualifier_of(ARN + "f:live")) == ("f", "live")
    assert (function_name(ARN + "f"), qualifier_of(ARN + "f")) == ("f", "")
    assert function_name("f") == "f"


@given(st.randoms(use_true_random=False))
def test_entries_may_be_missing_anywhere(chance: random.Random) -> None:
    """The journal drops its oldest entries, and a timeline reads from the middle of it."""
    records = [one for one in failed_event().run("sync").records if chance.random() > 0.4]
    history = history_of(records)
    assert all(run.ended_s is None or run.ended_s >= run.began_s for run in history.runs)
