"""What the logs of two functions say about cost and speed at each memory size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lab_helpers.checks.pricing.calculator import LAB
from lab_helpers.checks.pricing.paper_pages import VIRGINIA
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, expect_found, unmet
from lab_helpers.grading.log_reading import log_group_of, logged_runs
from lab_helpers.pricing import BilledInvocation, read_report_line

KEYS = ("cpu_bound", "io_bound")
FEWEST_SIZES = 3
SMALL_MB, ONE_VCPU_MB = 256, 1769
AFFORDABLE = Decimal("1.25")
"""Times the cost of the cheapest size: what being faster may cost."""
AS_FAST = Decimal("1.25")
"""Times the duration of the fastest affordable size: no difference that is worth a word."""


@dataclass(frozen=True)
class _Run:
    """One run that ended well. A change of memory makes new environments: another ``stream``."""

    stream: str
    report: BilledInvocation


def _runs(ev: Evidence, key: str) -> list[_Run]:
    """Oldest first, cold ones too."""
    name = ev.name(key)
    function = expect_found(ev.function(key), "function_missing", name=name)
    runs = logged_runs(ev.logs_client, log_group_of(function, name)) or []
    return [
        _Run(run.stream, report)
        for run in runs
        if run.finished and not run.error and (report := read_report_line(run.report))
    ]


def _best_by_size(runs: Iterable[_Run]) -> dict[int, BilledInvocation]:
    """Memory size in MB → the fastest warm run of the newest measurement at that size.

    What is slower was disturbed by something else on the machine; what is older is no longer
    what the learner's chart shows.
    """
    best: dict[int, _Run] = {}
    for run in runs:
        if run.report.cold:
            continue
        known = best.get(run.report.memory_size_mb, run)
        is_newer = known.stream != run.stream
        if is_newer or run.report.billed_duration_ms <= known.report.billed_duration_ms:
            best[run.report.memory_size_mb] = run
    return {size: run.report for size, run in best.items()}


@check(lab=LAB, step="measure")
def both_functions_ran(ev: Evidence) -> None:
    for key in KEYS:
        expect(_runs(ev, key), "never_measured", name=ev.name(key))


@check(lab=LAB, step="measure")
def warm_runs_at_small_and_large_sizes(ev: Evidence) -> None:
    for key in KEYS:
        name = ev.name(key)
        sizes = sorted(_best_by_size(_runs(ev, key)))
        expect(sizes, "only_cold_runs", name=name)
        enough = len(sizes) >= FEWEST_SIZES and sizes[0] <= SMALL_MB and sizes[-1] >= ONE_VCPU_MB
        expect(enough, "sizes_missing", name=name, found=", ".join(f"{size:,}" for size in sizes))


@check(lab=LAB, step="choose")
def cpu_bound_has_the_size_that_its_log_speaks_for(ev: Evidence) -> None:
    _chosen_well(ev, "cpu_bound")


@check(lab=LAB, step="choose")
def io_bound_has_the_size_that_its_log_speaks_for(ev: Evidence) -> None:
    _chosen_well(ev, "io_bound")


def _chosen_well(ev: Evidence, key: str) -> None:
    name = ev.name(key)
    best = _best_by_size(_runs(ev, key))
    expect(len(best) >= FEWEST_SIZES, "measure_first", name=name)
    function = expect_found(ev.function(key), "function_missing", name=name)
    size_mb = int(function["Configuration"]["MemorySize"])
    expect(size_mb in best, "size_not_measured", name=name, found=f"{size_mb:,}")
    cost = {size: run.cost_usd(VIRGINIA) for size, run in best.items()}
    limit = min(cost.values()) * AFFORDABLE
    affordable = [run for size, run in best.items() if cost[size] <= limit]
    fastest = min(affordable, key=lambda run: run.billed_duration_ms)
    as_fast = best[size_mb].billed_duration_ms <= fastest.billed_duration_ms * AS_FAST
    for holds, diagnosis in (
        (cost[size_mb] <= limit, "dearer_than_need_be"),
        (as_fast, "slower_than_need_be"),
    ):
        if not holds:
            unmet(
                diagnosis,
                name=name,
                found=f"{size_mb:,}",
                found_ms=best[size_mb].billed_duration_ms,
                found_usd=_per_million(cost[size_mb]),
                better=f"{fastest.memory_size_mb:,}",
                better_ms=fastest.billed_duration_ms,
                better_usd=_per_million(cost[fastest.memory_size_mb]),
                cheapest_usd=_per_million(min(cost.values())),
            )


def _per_million(usd: Decimal) -> str:
    return f"{usd * 1_000_000:.2f}"
