"""Where moments lie: in order, to scale, with pauses cut short."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.notebook.timeline.time_axis import TimeAxis

SECONDS = st.floats(0, 1e6, allow_nan=False).map(lambda number: round(number, 3))
BUSY = st.lists(
    st.tuples(SECONDS, st.floats(0, 900)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=30,
)


def test_what_is_twice_as_long_is_twice_as_wide() -> None:
    axis = TimeAxis([(0.0, 1.0), (1.0, 3.0)], 0, 300)
    assert (axis.x(0.0), axis.x(1.0), axis.x(3.0)) == (0, 100, 300)
    assert axis.cuts == []


def test_a_long_pause_is_cut_and_says_how_long_it_was() -> None:
    axis = TimeAxis([(0.0, 1.0), (601.0, 602.0)], 0, 234)
    (cut,) = axis.cuts
    assert cut.seconds == 600
    assert (axis.x(1.0), axis.x(601.0), axis.x(602.0)) == (100, 134, 234)
    assert 100 < axis.x(300.0) < 134


def test_nothing_at_all_and_a_single_moment_do_no_harm() -> None:
    assert TimeAxis([], 10, 100).x(5.0) == 10
    assert TimeAxis([], 10, 100).ticks() == []
    assert TimeAxis([(5.0, 5.0)], 10, 100).x(5.0) == 10


@given(BUSY, st.lists(SECONDS, min_size=2, max_size=20))
def test_later_is_never_further_left_and_all_lies_on_the_axis(
    busy: list[tuple[float, float]], moments: list[float]
) -> None:
    axis = TimeAxis(busy, 150, 650)
    places = [axis.x(moment) for moment in sorted(moments)]
    assert places == sorted(places)
    assert all(149.9 <= place <= 800.1 for place in places)
    assert axis.x(max(end for _, end in busy)) <= 800.1


@given(BUSY)
def test_labels_never_touch(busy: list[tuple[float, float]]) -> None:
    places = [place for place, _ in TimeAxis(busy, 0, 650).ticks()]
    gaps = [right - left for left, right in pairwise(places)]
    assert all(gap >= 47 for gap in gaps)


def test_ticks_are_round() -> None:
    ticks = TimeAxis([(100.0, 101.0)], 0, 650).ticks()
    assert [seconds for _, seconds in ticks] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
