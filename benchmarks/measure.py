"""How often something is measured, and what the samples say."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """Samples of each kind that one round takes of one contender.

    Attributes:
        turn: so many calls in a row; then it is the next contender's turn.
        throughput_s: how long invocations per second are counted.
    """

    rounds: int = 5
    cold: int = 3
    calls: int = 20
    deliveries: int = 5
    processes: int = 3
    environments: int = 8
    starts: int = 1
    warm_up: int = 5
    turn: int = 5
    throughput_s: float = 3.0

    @classmethod
    def quick(cls) -> Counts:
        """Enough to see that everything works, not to believe a figure."""
        return cls(
            rounds=1,
            cold=1,
            calls=5,
            deliveries=2,
            processes=2,
            environments=3,
            warm_up=2,
            throughput_s=0.3,
        )


@dataclass(frozen=True)
class Summary:
    """In the unit of the samples."""

    median: float
    p95: float
    samples: int


def summarise(samples: Sequence[float], *, more_is_better: bool = False) -> Summary:
    """Median and 95th percentile (nearest rank: of few samples it is the worst)."""
    ordered = sorted(samples, reverse=more_is_better)
    rank = max(1, math.ceil(0.95 * len(ordered)))
    return Summary(statistics.median(ordered), ordered[rank - 1], len(ordered))


def milliseconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def repeated(work: Callable[[], object], times: int, warm_up: int = 0) -> Iterator[float]:
    """One sample per call, each taken when it is asked for, after some that are not kept."""
    for _ in range(warm_up):
        work()
    for _ in range(times):
        yield milliseconds(work)
