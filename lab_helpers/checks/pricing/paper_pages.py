"""Requests and GB-seconds, the free tier, and how a duration is rounded."""

from __future__ import annotations

import math
import random

from lab_helpers.checks.pricing.calculator import LAB, ask, draw_month, judge, shown, told
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect
from lab_helpers.pricing import (
    Item,
    Usage,
    billed_duration_ms,
    monthly_bill,
    on_demand_usage,
    price_book,
    usage,
)

VIRGINIA = price_book().region("us-east-1")


def _usd(used: Usage, *, with_free_tier: bool = False) -> float:
    return float(monthly_bill(used, VIRGINIA, free=None if with_free_tier else ()).total_usd)


# --- on_demand


@check(lab=LAB, step="on_demand")
def gb_seconds_are_right(ev: Evidence) -> None:
    month = draw_month()
    found = ask(ev, "on_demand", "gb_seconds", **month)
    expected = float(_used(month)[Item.DURATION_X86_64])
    mistakes = {
        "milliseconds_as_seconds": expected * 1000,
        "gigabyte_of_1000": expected * 1.024,
        "one_invocation_only": expected / month["requests"],
    }
    judge(found, expected, mistakes, "gb_seconds_wrong", usage=told(month))


@check(lab=LAB, step="on_demand")
def on_demand_usd_is_right(ev: Evidence) -> None:
    month = draw_month()
    found = ask(ev, "on_demand", "usd", **month)
    used = _used(month)
    requests = _usd(usage({Item.REQUEST: month["requests"]}))
    compute = _usd(used) - requests
    mistakes = {
        "price_is_per_million": requests * 1_000_000 + compute,
        "requests_not_charged": compute,
        "compute_not_charged": requests,
    }
    judge(found, requests + compute, mistakes, "on_demand_usd_wrong", usage=told(month))


def _used(month: dict[str, int]) -> Usage:
    return on_demand_usage(month["memory_mb"], month["billed_ms"], month["requests"])


# --- free_tier


@check(lab=LAB, step="free_tier")
def a_small_month_is_free(ev: Evidence) -> None:
    month = {"requests": random.randrange(1000, 900_000, 10), "billed_ms": 100, "memory_mb": 256}
    found = ask(ev, "free_tier", "usd", **month)
    expect(found >= -1e-9, "bill_below_zero", usage=told(month), found=shown(found))
    judge(found, 0.0, {}, "free_tier_not_used", usage=told(month))


@check(lab=LAB, step="free_tier")
def a_large_month_is_less_by_both_allowances(ev: Evidence) -> None:
    month = draw_month()
    found = ask(ev, "free_tier", "usd", **month)
    used = _used(month)
    requests_free = _usd(usage({Item.REQUEST: 1_000_000}))
    compute_free = _usd(usage({Item.DURATION_X86_64: 400_000}))
    mistakes = {
        "charged_from_the_first": _usd(used),
        "free_gb_seconds_forgotten": _usd(used) - requests_free,
        "free_requests_forgotten": _usd(used) - compute_free,
    }
    expected = _usd(used, with_free_tier=True)
    judge(found, expected, mistakes, "free_tier_wrong", usage=told(month))


@check(lab=LAB, step="free_tier")
def each_allowance_counts_by_itself(ev: Evidence) -> None:
    """Many short runs: requests beyond the free ones, GB-seconds far below."""
    requests = random.randrange(5_000_000, 9_000_000, 1000)
    month = {"requests": requests, "billed_ms": 2, "memory_mb": 128}
    found = ask(ev, "free_tier", "usd", **month)
    expected = _usd(_used(month), with_free_tier=True)
    judge(found, expected, {}, "allowances_mixed", usage=told(month))


# --- billed_duration


@check(lab=LAB, step="billed_duration")
def a_warm_run_is_rounded_up(ev: Evidence) -> None:
    duration_ms = _between_milliseconds(140, 180, most=0.4)
    found = ask(ev, "billed_duration", "billed_ms", duration_ms=duration_ms)
    mistakes = {
        "rounded_to_100_ms": math.ceil(duration_ms / 100) * 100,
        "not_rounded_up": math.floor(duration_ms),
        "not_rounded": duration_ms,
    }
    judge(
        found,
        billed_duration_ms(duration_ms),
        mistakes,
        "billed_ms_wrong",
        usage=f"duration_ms={duration_ms}",
    )


@check(lab=LAB, step="billed_duration")
def a_whole_millisecond_stays(ev: Evidence) -> None:
    duration_ms = random.randrange(140, 180)
    found = ask(ev, "billed_duration", "billed_ms", duration_ms=duration_ms)
    mistakes = {"one_too_many": duration_ms + 1}
    judge(found, duration_ms, mistakes, "billed_ms_wrong", usage=f"duration_ms={duration_ms}")


@check(lab=LAB, step="billed_duration")
def a_cold_run_pays_for_init(ev: Evidence) -> None:
    duration_ms, init_ms = (
        _between_milliseconds(*span, most=0.4) for span in ((20, 90), (95, 300))
    )
    found = ask(ev, "billed_duration", "billed_ms", duration_ms=duration_ms, init_ms=init_ms)
    mistakes = {
        "init_left_out": math.ceil(duration_ms),
        "rounded_one_by_one": math.ceil(duration_ms) + math.ceil(init_ms),
        "not_rounded_up": math.floor(duration_ms + init_ms),
    }
    judge(
        found,
        billed_duration_ms(duration_ms, init_ms),
        mistakes,
        "billed_ms_wrong",
        usage=f"duration_ms={duration_ms}, init_ms={init_ms}",
    )


def _between_milliseconds(least: int, below: int, *, most: float) -> float:
    """Never on a whole millisecond; rounding to the nearest one would go down."""
    return round(random.randrange(least, below) + random.uniform(0.11, most), 2)
