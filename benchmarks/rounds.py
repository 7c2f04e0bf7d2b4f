"""Rounds: every figure of every contender in turn, so that the machine's moods hit all alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.contender import BenchmarkError, Contender
from benchmarks.figures import FIGURES, Figure, Floors
from benchmarks.floors import FLOOR, PythonFloor, noop_server
from benchmarks.ground import Ground
from benchmarks.measure import Counts, Summary, summarise
from benchmarks.rest import wait_for_rest


@dataclass
class Results:
    """Attributes:
    samples: by figure and contender (or floor), in order.
    failures: why a contender has no samples of a figure, by the same keys.
    """

    samples: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)

    def summary(self, figure: str, contender: str) -> Summary | None:
        found = self.samples.get((figure, contender))
        return summarise(found) if found else None


Work = Callable[[], list[float]]


def measure_all(
    contenders: Sequence[Contender],
    counts: Counts,
    tell: Callable[[str], None],
    patience_s: float = 0.0,
) -> Results:
    """Start everything, go round, end everything.

    What fails at one contender is noted and not tried again; the others go on.

    Args:
        patience_s: wait so long at most, before each figure, for the machine to come to rest.
    """
    results = Results()
    with ExitStack() as running:
        floors = Floors(_running(noop_server(), running), PythonFloor())
        grounds = []
        for contender in contenders:
            tell(f"starting {contender.label}, twice: at first its modules are byte-compiled")
            try:
                contender.start().stop()
                grounds.append(_running(contender, running))
            except BenchmarkError as error:
                failures = {(figure.key, contender.key): str(error) for figure in FIGURES}
                results.failures |= failures
        for number in range(counts.rounds):
            for figure in FIGURES:
                tell(f"round {number + 1} of {counts.rounds}: {figure.title}")
                wait_for_rest(patience_s)
                work = _work_of(figure, grounds, floors, counts)
                first = number % len(work)
                for key, take in work[first:] + work[:first]:
                    _take(results, figure.key, key, take)
    return results


def _running(contender: Contender, running: ExitStack) -> Ground:
    server = contender.start()
    running.callback(server.stop)
    return Ground(server)


def _work_of(
    figure: Figure, grounds: Sequence[Ground], floors: Floors, counts: Counts
) -> list[tuple[str, Work]]:
    work: list[tuple[str, Work]] = [(FLOOR, lambda: figure.floor(floors, counts))]
    for ground in grounds:
        if ground.contender.runs_functions or not figure.needs_functions:
            work.append((ground.contender.key, _bound(figure, ground, counts)))
    return work


def _bound(figure: Figure, ground: Ground, counts: Counts) -> Work:
    return lambda: figure.measure(ground, counts)


def _take(results: Results, figure: str, contender: str, take: Work) -> None:
    key = (figure, contender)
    if key in results.failures:
        return
    try:
        results.samples.setdefault(key, []).extend(take())
    except Exception as error:  # whatever a contender does wrong, the others are measured
        results.failures[key] = f"{type(error).__name__}: {error}"
