"""What samples become: medians, percentiles, ratios and verdicts."""

from __future__ import annotations

import pytest

from benchmarks.aims import AIMS, Verdict, judge
from benchmarks.floors import FLOOR
from benchmarks.measure import summarise
from benchmarks.ours import OURS
from benchmarks.rounds import Results


def test_the_95th_percentile_is_a_sample_and_of_few_samples_the_largest() -> None:
    assert summarise([3.0, 1.0, 2.0]).p95 == 3.0
    assert summarise([float(n) for n in range(1, 101)]).p95 == 95.0


def test_the_median_does_not_follow_one_slow_sample() -> None:
    assert summarise([1.0, 1.0, 1.0, 500.0, 1.0]).median == 1.0


def samples(figure: str, ours: float, floor: float) -> Results:
    return Results({(figure, OURS): [ours], (figure, FLOOR): [floor]})


def in_floors(results: Results) -> list[Verdict]:
    return [verdict for verdict in judge(results) if verdict.aim.of_floor]


@pytest.mark.parametrize(("ours", "met"), [(9.9, True), (10.0, True), (10.1, False)])
def test_a_warm_invoke_may_take_five_floors(ours: float, met: bool) -> None:
    verdicts = {v.aim.figure: v.met for v in in_floors(samples("warm_invoke", ours, 2.0))}
    assert verdicts["warm_invoke"] is met


@pytest.mark.parametrize(("floor", "met"), [(15.0, True), (30.0, True), (13.0, False)])
def test_a_cold_invoke_of_99_ms_is_judged_by_how_fast_the_machine_starts_python(
    floor: float, met: bool
) -> None:
    verdicts = {v.aim.figure: v.met for v in in_floors(samples("cold_invoke", 99.0, floor))}
    assert verdicts["cold_invoke"] is met


def test_of_a_rate_more_is_better() -> None:
    verdicts = {v.aim.figure: v.met for v in judge(samples("trivial_rate", 1200.0, 3000.0))}
    assert verdicts["trivial_rate"] is True
    assert summarise([900.0, 1000.0, 1100.0], more_is_better=True).p95 == 900.0


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    assert [verdict.met for verdict in judge(Results())] == [None] * len(AIMS)
