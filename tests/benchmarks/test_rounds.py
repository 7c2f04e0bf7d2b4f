"""How samples of several contenders are taken in turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from benchmarks import rounds
from benchmarks.contender import BenchmarkError, Contender
from benchmarks.figures import FIGURES, Figure
from benchmarks.measure import Counts
from benchmarks.rounds import Results, Source

FIGURE = Figure("f", "F", "ms", cast(Any, None), "floor", cast(Any, None), is_short=True)
COUNTS = Counts(turn=2)


def source(name: str, samples: int, taken: list[str]) -> Source:
    def take(counts: Counts) -> Iterator[float]:
        for number in range(samples):
            taken.append(name)
            yield float(number)

    return take


def test_contenders_are_measured_in_turns_and_not_one_after_the_other() -> None:
    taken: list[str] = []
    results = Results()
    both = [("a", source("a", 4, taken)), ("b", source("b", 4, taken))]
    rounds._take_turns(results, FIGURE, both, COUNTS)
    assert "".join(taken) == "aabbaabb"
    assert results.samples["f", "a"] == [0.0, 1.0, 2.0, 3.0]


def test_one_that_fails_is_noted_once_and_the_other_goes_on() -> None:
    def failing(counts: Counts) -> Iterator[float]:
        yield 1.0
        raise ValueError("broken")

    results = Results()
    taken: list[str] = []
    for _ in range(2):
        both = [("a", failing), ("b", source("b", 4, taken))]
        rounds._take_turns(results, FIGURE, both, COUNTS)
    assert results.failures == {("f", "a"): "ValueError: broken"}
    assert len(results.samples["f", "b"]) == 8


def test_one_that_does_not_start_fails_in_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Contender) -> None:
        raise BenchmarkError("no start")

    monkeypatch.setattr(rounds, "_take_turns", lambda *_: None)
    broken = Contender("x", "X", "1", lambda port, key: [])
    real_start = Contender.start

    def start(self: Contender) -> object:
        return refuse(self) if self is broken else real_start(self)

    monkeypatch.setattr(Contender, "start", start)
    results = rounds.measure_all([broken], Counts.quick(), lambda _: None)
    assert len(results.failures) == len(FIGURES)
