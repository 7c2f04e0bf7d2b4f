"""Rounds: every figure of every contender in turn, so that the machine's moods hit all alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

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

    def summary(self, figure: Figure, contender: str) -> Summary | None:
        found = self.samples.get((figure.key, contender))
        return summarise(found, more_is_better=figure.more_is_better) if found else None


Source = Callable[[Counts], Iterator[float]]


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
                _take_turns(results, figure, _sources(figure, grounds, floors, number), counts)
    return results


def _running(contender: Contender, running: ExitStack) -> Ground:
    server = contender.start()
    running.callback(server.stop)
    return Ground(server)


def _sources(
    figure: Figure, grounds: Sequence[Ground], floors: Floors, round_number: int
) -> list[tuple[str, Source]]:
    """Where this figure's samples come from; another one is first in each round."""
    sources: list[tuple[str, Source]] = [(FLOOR, partial(figure.floor, floors))]
    for ground in grounds:
        if ground.contender.runs_functions or not figure.needs_functions:
            sources.append((ground.contender.key, partial(figure.measure, ground)))
    first = round_number % len(sources)
    return sources[first:] + sources[:first]


def _take_turns(
    results: Results, figure: Figure, sources: Sequence[tuple[str, Source]], counts: Counts
) -> None:
    """Some samples of the first, some of the second, until no one has any left."""
    turn = counts.turn if figure.is_short else 1
    going_on = {
        (figure.key, contender): _opened(source, counts)
        for contender, source in sources
        if (figure.key, contender) not in results.failures
    }
    while going_on:
        for key, samples in list(going_on.items()):
            taken: list[float] = []
            try:
                taken = list(islice(samples, turn))
            except Exception as error:  # whatever one does wrong, the others are measured
                results.failures[key] = f"{type(error).__name__}: {error}"
            results.samples.setdefault(key, []).extend(taken)
            if not taken:
                del going_on[key]


def _opened(source: Source, counts: Counts) -> Iterator[float]:
    """What it prepares, it prepares when the first sample is asked for."""
    yield from source(counts)
