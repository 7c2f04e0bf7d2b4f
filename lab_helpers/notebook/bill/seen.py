"""What was metered of a lab's invocations. Pure: no cloud, no notebook, no prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lab_helpers.pricing import (
    Architecture,
    Item,
    Usage,
    gb_seconds,
    on_demand_usage,
    provisioned_usage,
    total_usage,
    usage,
)

BYTES_PER_GB = 10**9
SHORTEST_S = 60.0
"""A month is not told from less than a minute."""


@dataclass(frozen=True)
class MeteredRun:
    """One invocation, as Lambda reported it.

    Attributes:
        billed_ms: whole milliseconds, INIT included.
        init_ms: part of it that was the INIT phase; None where the environment was warm.
        provisioned: whether provisioned concurrency served it.
    """

    function: str
    memory_size_mb: int
    billed_ms: int
    init_ms: float | None = None
    architecture: Architecture = "x86_64"
    ephemeral_storage_mb: int = 512
    provisioned: bool = False

    @property
    def gb_s(self) -> Decimal:
        return gb_seconds(self.memory_size_mb, self.billed_ms)

    def usage(self) -> Usage:
        if self.provisioned:
            return provisioned_usage(
                self.memory_size_mb,
                0,
                0,
                billed_duration_ms=self.billed_ms,
                requests=1,
                architecture=self.architecture,
            )
        return on_demand_usage(
            self.memory_size_mb,
            self.billed_ms,
            architecture=self.architecture,
            ephemeral_storage_mb=self.ephemeral_storage_mb,
        )


@dataclass(frozen=True)
class ProvisionedSpan:
    """Provisioned concurrency, from when it was enabled to its end. Seconds since the epoch."""

    function: str
    environments: int
    memory_size_mb: int
    architecture: Architecture
    began_s: float
    ended_s: float

    def usage(self) -> Usage:
        return provisioned_usage(
            self.memory_size_mb,
            self.environments,
            max(0.0, self.ended_s - self.began_s),
            architecture=self.architecture,
        )


@dataclass(frozen=True)
class Seen:
    """All that was metered.

    Attributes:
        further_requests: what asynchronous events above 256 KB count beside their first request.
        log_bytes: of log messages, uncompressed; None where nobody could look.
        complete: whether the journal told it; else REPORT lines did, which do not know of
            asynchronous events' sizes and provisioned concurrency.
    """

    runs: tuple[MeteredRun, ...]
    since_s: float
    until_s: float
    further_requests: int = 0
    spans: tuple[ProvisionedSpan, ...] = ()
    log_bytes: int | None = None
    complete: bool = True

    @property
    def cold(self) -> int:
        return sum(run.init_ms is not None for run in self.runs)

    @property
    def observed_s(self) -> float:
        """How long was looked on, a minute at least."""
        return max(SHORTEST_S, self.until_s - self.since_s)

    @property
    def log_bytes_each(self) -> int:
        """Per invocation, rounded."""
        return round((self.log_bytes or 0) / len(self.runs)) if self.runs else 0

    def usage(self) -> Usage:
        """In the price book's items."""
        more: dict[Item, Decimal | int] = {}
        if self.further_requests:
            more[Item.REQUEST] = self.further_requests
        if self.log_bytes:
            more[Item.LOG_INGESTED_GB] = Decimal(self.log_bytes) / BYTES_PER_GB
        runs, spans = (run.usage() for run in self.runs), (span.usage() for span in self.spans)
        return _without_nothing(total_usage([*runs, *spans, usage(more)]))

    def of_init(self) -> Usage:
        """The INIT phases alone, which the durations of ``usage`` hold as well."""
        return total_usage(
            Usage({item: quantity})
            for run in self.runs
            if run.init_ms and not run.provisioned
            for item, quantity in _init_usage(run).quantities.items()
            if item is not Item.REQUEST
        )


def functions_of(runs: Iterable[MeteredRun]) -> dict[str, list[MeteredRun]]:
    """Runs by function, in the order of first invocation."""
    found: dict[str, list[MeteredRun]] = {}
    for run in runs:
        found.setdefault(run.function, []).append(run)
    return found


def _init_usage(run: MeteredRun) -> Usage:
    """Never more than was billed: rounding up belongs to the whole, not to its parts."""
    init_ms = min(Decimal(repr(run.init_ms or 0.0)), Decimal(run.billed_ms))
    return on_demand_usage(run.memory_size_mb, init_ms, architecture=run.architecture)


def _without_nothing(used: Usage) -> Usage:
    return Usage({item: quantity for item, quantity in used.quantities.items() if quantity})
