"""Many runs: lanes, how many at once, and how a weighted alias splits them."""

from __future__ import annotations

from lab_helpers.notebook.timeline.folding import history_of
from lab_helpers.notebook.timeline.lanes import (
    MOST_LANES,
    FunctionSettings,
    lanes_of,
    running_over_time,
    splits_of,
)
from tests.notebook.timeline.journal_entries import Story

NONE = FunctionSettings()


def stream(number: int, version: str = "$LATEST") -> str:
    return f"2026/11/22/[{version}]{number:032x}"


def test_a_lane_is_an_environment_and_has_all_that_ran_in_it() -> None:
    story = Story().run("a", init_ms=100, stream=stream(1)).run("b", stream=stream(1))
    story.run("c", init_ms=100, stream=stream(2))
    (function,) = lanes_of(history_of(story.records), NONE)
    assert [[run.request_id for run in lane.runs] for lane in function.lanes] == [["a", "b"], ["c"]]
    assert [[run.cold for run in lane.runs] for lane in function.lanes] == [[True, False], [True]]


def test_functions_come_in_the_order_in_which_they_were_invoked() -> None:
    story = Story().throttled("t", "late-lane").run("a", "f")
    assert [one.name for one in lanes_of(history_of(story.records), NONE)] == ["late-lane", "f"]


def test_too_many_environments_are_counted_and_the_newest_drawn() -> None:
    story = Story()
    for number in range(MOST_LANES + 5):
        story.run(f"r{number}", init_ms=1, stream=stream(number))
    (function,) = lanes_of(history_of(story.records), NONE)
    assert (len(function.lanes), function.left_out) == (MOST_LANES, 5)
    assert function.lanes[-1].runs[0].request_id == f"r{MOST_LANES + 4}"


def test_running_at_once_rises_and_falls() -> None:
    story = Story().started("a", stream=stream(1)).at(1001.0).started("b", stream=stream(2))
    finished = {"status": "success", "duration_ms": 1.0}
    story.at(1002.0).tell("invocation.finished", "a", **finished)
    runs = history_of(story.records).runs
    assert running_over_time(runs) == ((1000.0, 1), (1001.0, 2), (1002.0, 1))


def test_one_that_ends_as_the_next_begins_is_not_beside_it() -> None:
    runs = history_of(Story().run("a").run("b").records).runs
    assert max(count for _, count in running_over_time(runs)) == 1


def test_an_alias_s_split_is_seen_beside_what_is_expected() -> None:
    story = Story()
    for number in range(10):
        version = "2" if number % 5 == 0 else "1"
        story.run(f"r{number}", "f:live", version=version, stream=stream(number, version))
    settings = FunctionSettings(weights={("f", "live"): {"1": 0.9, "2": 0.1}})
    (split,) = splits_of(history_of(story.records), settings)
    assert [(s.version, s.seen, s.expected) for s in split.shares] == [("1", 8, 0.9), ("2", 2, 0.1)]
    assert split.total == 10


def test_a_version_that_has_not_run_yet_is_expected_all_the_same() -> None:
    settings = FunctionSettings(weights={("f", "live"): {"9": 0.9, "10": 0.1}})
    story = Story().run("r", "f:live", version="9", stream=stream(1, "9"))
    (split,) = splits_of(history_of(story.records), settings)
    assert [(s.version, s.seen) for s in split.shares] == [("9", 1), ("10", 0)]


def test_only_what_ran_since_the_alias_was_changed_is_counted() -> None:
    story = Story().run("a", "f:live", version="1", stream=stream(1, "1"))
    story.at(1010.0).call("u", "UpdateAlias")
    story.run("b", "f:live", version="2", stream=stream(2, "2"))
    settings = FunctionSettings(weights={("f", "live"): {"1": 0.5, "2": 0.5}})
    (split,) = splits_of(history_of(story.records), settings)
    assert [(s.version, s.seen) for s in split.shares] == [("1", 0), ("2", 1)]
    assert split.since_s == 1010.0


def test_versions_and_unweighted_aliases_have_no_split() -> None:
    story = Story().run("a", "f:1", version="1").run("b", "f:$LATEST").run("c", "f:live")
    assert splits_of(history_of(story.records), NONE) == []
