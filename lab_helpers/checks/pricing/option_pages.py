"""Arm, ``/tmp``, large events, and provisioned concurrency."""

from __future__ import annotations

import math
import random

from lab_helpers.checks.pricing.calculator import LAB, ask, draw_month, judge, told
from lab_helpers.checks.pricing.paper_pages import VIRGINIA
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.pricing import (
    Architecture,
    Item,
    gb_seconds,
    monthly_bill,
    on_demand_usage,
    provisioned_gb_seconds,
    requests_of_async_event,
)

KB = 1024
ARCHITECTURES: tuple[Architecture, Architecture] = ("x86_64", "arm64")


# --- options


@check(lab=LAB, step="options")
def arm_has_its_own_price(ev: Evidence) -> None:
    month = draw_month()
    asked = {**month, "architecture": "arm64"}
    found = ask(ev, "options", "usd", **asked)
    on_x86, on_arm = (
        on_demand_usage(*_numbers(month), architecture=name) for name in ARCHITECTURES
    )
    x86, arm = (float(monthly_bill(u, VIRGINIA, free=()).total_usd) for u in (on_x86, on_arm))
    judge(found, arm, {"architecture_ignored": x86}, "options_usd_wrong", usage=told(asked))


@check(lab=LAB, step="options")
def tmp_above_512_mb_is_charged(ev: Evidence) -> None:
    month = draw_month()
    asked = {**month, "ephemeral_mb": random.choice((2048, 4096, 8192))}
    found = ask(ev, "options", "usd", **asked)
    used = on_demand_usage(*_numbers(month), ephemeral_storage_mb=asked["ephemeral_mb"])
    bill = monthly_bill(used, VIRGINIA, free=())
    storage = float(bill.usd_of(Item.EPHEMERAL_STORAGE))
    whole = float(gb_seconds(asked["ephemeral_mb"], month["billed_ms"], month["requests"]))
    price = float(VIRGINIA[Item.EPHEMERAL_STORAGE].first_tier_usd)
    without = float(bill.total_usd) - storage
    mistakes = {"first_512_mb_charged": without + whole * price, "tmp_not_charged": without}
    judge(found, without + storage, mistakes, "options_usd_wrong", usage=told(asked))


@check(lab=LAB, step="options")
def a_large_event_is_several_requests(ev: Evidence) -> None:
    month = draw_month()
    event_kb = 256 + 64 * random.randrange(2, 11) + random.randrange(5, 60)
    asked = {**month, "event_kb": event_kb}
    found = ask(ev, "options", "usd", **asked)
    used = on_demand_usage(*_numbers(month))
    compute = float(monthly_bill(used, VIRGINIA, free=()).usd_of(Item.DURATION_X86_64))
    one_each = month["requests"] * float(VIRGINIA[Item.REQUEST].first_tier_usd)
    mistakes = {
        "event_is_one_request": compute + one_each,
        "chunk_not_rounded_up": compute + one_each * (1 + (event_kb - 256) // 64),
        "each_256_kb_counted": compute + one_each * math.ceil(event_kb / 256),
        "first_256_kb_in_chunks": compute + one_each * math.ceil(event_kb / 64),
    }
    expected = compute + one_each * requests_of_async_event(event_kb * KB)
    judge(found, expected, mistakes, "options_usd_wrong", usage=told(asked))


@check(lab=LAB, step="options")
def an_event_of_256_kb_is_one_request(ev: Evidence) -> None:
    asked = {**draw_month(), "event_kb": random.choice((1, 200, 256))}
    found = ask(ev, "options", "usd", **asked)
    used = on_demand_usage(*_numbers(asked))
    expected = float(monthly_bill(used, VIRGINIA, free=()).total_usd)
    judge(found, expected, {}, "small_event_wrong", usage=told(asked))


def _numbers(month: dict[str, int]) -> tuple[int, int, int]:
    return month["memory_mb"], month["billed_ms"], month["requests"]


# --- provisioned


def _rates() -> dict[str, float]:
    """Prices of a Region that does not exist: a formula must hold for any."""
    on_demand = round(random.uniform(15e-6, 25e-6), 10)
    return {
        "on_demand_usd": on_demand,
        "configured_usd": round(on_demand * random.uniform(0.2, 0.3), 10),
        "duration_usd": round(on_demand * random.uniform(0.5, 0.7), 10),
    }


@check(lab=LAB, step="provisioned")
def provisioned_usd_is_right(ev: Evidence) -> None:
    rates = _rates()
    asked = {
        "memory_mb": random.choice((1536, 2048, 3072)),
        "concurrency": random.randrange(5, 60),
        "enabled_s": 300 * random.randrange(12, 40) + random.randrange(60, 240),
        "requests": random.randrange(10_000, 90_000),
        "billed_ms": random.randrange(80, 300),
    }
    found = ask(ev, "provisioned", "usd", **asked, rates=rates)
    memory_mb, concurrency, enabled_s = asked["memory_mb"], asked["concurrency"], asked["enabled_s"]
    busy = float(gb_seconds(memory_mb, asked["billed_ms"], asked["requests"]))
    busy_usd = busy * rates["duration_usd"]
    exact = concurrency * memory_mb / 1024 * enabled_s
    rounded = float(provisioned_gb_seconds(memory_mb, concurrency, enabled_s))
    mistakes = {
        "five_minutes_forgotten": exact * rates["configured_usd"] + busy_usd,
        "one_environment_only": rounded / concurrency * rates["configured_usd"] + busy_usd,
        "idle_not_charged": busy_usd,
    }
    expected = rounded * rates["configured_usd"] + busy_usd
    judge(found, expected, mistakes, "provisioned_usd_wrong", usage=told(asked))


@check(lab=LAB, step="provisioned")
def break_even_is_right(ev: Evidence) -> None:
    rates = _rates()
    month = {"memory_mb": 1024, "concurrency": 1, "enabled_s": 3600, "requests": 1, "billed_ms": 1}
    found = ask(ev, "provisioned", "break_even", **month, rates=rates)
    configured, on_demand = rates["configured_usd"], rates["on_demand_usd"]
    saved = on_demand - rates["duration_usd"]
    mistakes = {
        "lower_duration_price_forgotten": configured / on_demand,
        "break_even_upside_down": saved / configured,
    }
    judge(found, configured / saved, mistakes, "break_even_wrong", usage=told(rates))
