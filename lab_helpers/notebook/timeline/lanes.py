"""Many runs: by function, one lane per execution environment, and how many ran at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lab_helpers.notebook.timeline.history import History, Run, Throttle, Wait

MOST_LANES = 60
"""Of one function; the newest environments are drawn, the others counted."""


@dataclass(frozen=True)
class Lane:
    """One execution environment and what ran in it, in order of time."""

    log_stream: str
    version: str
    runs: tuple[Run, ...]

    @property
    def name(self) -> str:
        return self.runs[0].environment


@dataclass(frozen=True)
class FunctionLanes:
    """One function.

    Attributes:
        left_out: environments that are not among ``lanes``.
        running: (time, how many ran from then on).
        reserved: its reserved concurrency; None where it has none or nobody told.
    """

    name: str
    lanes: tuple[Lane, ...]
    left_out: int
    throttles: tuple[Throttle, ...]
    waits: tuple[Wait, ...]
    running: tuple[tuple[float, int], ...]
    reserved: int | None = None

    @property
    def runs(self) -> list[Run]:
        return [run for lane in self.lanes for run in lane.runs]

    @property
    def most_at_once(self) -> int:
        return max((count for _, count in self.running), default=0)


@dataclass(frozen=True)
class VersionShare:
    """Attributes: expected, the alias's weight for it, 0.0 to 1.0; None where it is not known."""

    version: str
    seen: int
    expected: float | None


@dataclass(frozen=True)
class AliasSplit:
    """Which versions an alias's invocations ran.

    Attributes:
        since_s: counted from then on, when an alias was last changed; 0.0: from the beginning.
    """

    function: str
    alias: str
    shares: tuple[VersionShare, ...]
    since_s: float = 0.0

    @property
    def total(self) -> int:
        return sum(share.seen for share in self.shares)


@dataclass(frozen=True)
class FunctionSettings:
    """What Lambda's API says of functions now.

    Attributes:
        reserved: function → its reserved concurrency.
        weights: (function, alias) → version → weight, 0.0 to 1.0.
    """

    reserved: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)


def lanes_of(history: History, settings: FunctionSettings) -> list[FunctionLanes]:
    """One for each function that was invoked, in the order of first invocation."""
    found = []
    for name in history.functions:
        mine = history.of_function(name)
        streams: dict[str, list[Run]] = {}
        for run in mine.runs:
            streams.setdefault(run.log_stream, []).append(run)
        lanes = [Lane(stream, runs[0].version, tuple(runs)) for stream, runs in streams.items()]
        found.append(
            FunctionLanes(
                name,
                tuple(lanes[-MOST_LANES:]),
                max(0, len(lanes) - MOST_LANES),
                mine.throttles,
                mine.waits,
                running_over_time(mine.runs),
                settings.reserved.get(name),
            )
        )
    return found


def running_over_time(runs: Sequence[Run]) -> tuple[tuple[float, int], ...]:
    """Steps (time, how many run from then on); runs that go on do not end."""
    changes: dict[float, int] = {}
    for run in runs:
        changes[run.began_s] = changes.get(run.began_s, 0) + 1
        if run.ended_s is not None:
            changes[run.ended_s] = changes.get(run.ended_s, 0) - 1
    steps, count = [], 0
    for time_s in sorted(changes):
        count += changes[time_s]
        steps.append((time_s, count))
    return tuple(steps)


def splits_of(history: History, settings: FunctionSettings) -> list[AliasSplit]:
    """Of each alias that led to more than one version, or is weighted now."""
    since_s = history.aliases_changed_s
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for run in history.runs:
        if is_alias(run.qualifier) and run.began_s >= since_s:
            seen = counts.setdefault((run.function, run.qualifier), {})
            seen[run.version] = seen.get(run.version, 0) + 1
    found = []
    for (function, alias), seen in counts.items():
        weights = settings.weights.get((function, alias), {})
        versions = sorted({*seen, *weights}, key=_by_number)
        if len(versions) > 1:
            shares = [VersionShare(v, seen.get(v, 0), weights.get(v)) for v in versions]
            found.append(AliasSplit(function, alias, tuple(shares), since_s))
    return found


def is_alias(qualifier: str) -> bool:
    return bool(qualifier) and not qualifier.isdecimal() and qualifier != "$LATEST"


def _by_number(version: str) -> tuple[int, str]:
    return (int(version) if version.isdecimal() else 0, version)
