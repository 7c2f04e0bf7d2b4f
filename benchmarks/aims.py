"""The first targets. They are told, never enforced: a busy machine is no fault of the code."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.floors import FLOOR
from benchmarks.ours import OURS
from benchmarks.rounds import Results


@dataclass(frozen=True)
class Aim:
    """Attributes: limit, in floors where ``of_floor``, else in the figure's unit."""

    figure: str
    words: str
    limit: float
    of_floor: bool


@dataclass(frozen=True)
class Verdict:
    """Attributes: met, None where a figure is missing; value, in the unit of the limit."""

    aim: Aim
    met: bool | None
    value: float | None


AIMS = (
    Aim("warm_invoke", "warm invoke ≤ 5 × a boto3 call to a no-op server", 5.0, True),
    Aim(
        "cold_invoke",
        "cold invoke ≤ 6.7 × a bare Python (100 ms where it takes 15 ms)",
        100 / 15,
        True,
    ),
    Aim("start_to_first_answer", "first answer within 2,000 ms of the start", 2000.0, False),
)


def judge(results: Results) -> list[Verdict]:
    """By the medians."""
    return [_verdict(aim, results) for aim in AIMS]


def _verdict(aim: Aim, results: Results) -> Verdict:
    ours = results.summary(aim.figure, OURS)
    floor = results.summary(aim.figure, FLOOR)
    if ours is None or (aim.of_floor and floor is None):
        return Verdict(aim, None, None)
    value = ours.median / floor.median if aim.of_floor and floor is not None else ours.median
    return Verdict(aim, value <= aim.limit, value)
