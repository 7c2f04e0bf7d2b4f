"""What a function costs on other services' bills."""

from __future__ import annotations

import random
from typing import Any

from lab_helpers.checks.pricing.calculator import LAB, ask, judge, told
from lab_helpers.checks.pricing.paper_pages import VIRGINIA
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect
from lab_helpers.pricing import Item, monthly_bill, usage


def _month(log_gb: float) -> dict[str, Any]:
    return {
        "requests": random.randrange(2_000_000, 9_000_000, 1000),
        "log_gb": log_gb,
        "nat_gateway_h": random.randrange(700, 745),
        "nat_gateway_gb": random.randrange(20, 400),
    }


@check(lab=LAB, step="left_out")
def front_door_is_charged(ev: Evidence) -> None:
    month = _month(random.randrange(10, 90))
    found = ask(ev, "left_out", "http_api_usd", **month)
    expected = _usd({Item.HTTP_API_CALL: month["requests"]})
    judge(found, expected, {}, "left_out_wrong", usage=told(month), key="http_api_usd")


@check(lab=LAB, step="left_out")
def logs_are_charged_beyond_5_gb(ev: Evidence) -> None:
    month = _month(random.randrange(10, 90))
    found = ask(ev, "left_out", "logs_usd", **month)
    used = {Item.LOG_INGESTED_GB: month["log_gb"]}
    mistakes = {
        "free_logs_charged": float(VIRGINIA[Item.LOG_INGESTED_GB].cost_usd(month["log_gb"]))
    }
    judge(found, _usd(used), mistakes, "left_out_wrong", usage=told(month), key="logs_usd")
    little = _month(round(random.uniform(0.5, 4.5), 1))
    found = ask(ev, "left_out", "logs_usd", **little)
    expect(found >= -1e-9, "bill_below_zero", usage=told(little), found=found)


@check(lab=LAB, step="left_out")
def nat_gateway_is_charged_by_hour_and_gigabyte(ev: Evidence) -> None:
    month = _month(random.randrange(10, 90))
    found = ask(ev, "left_out", "nat_gateway_usd", **month)
    hours = _usd({Item.NAT_GATEWAY_H: month["nat_gateway_h"]})
    data = _usd({Item.NAT_GATEWAY_GB: month["nat_gateway_gb"]})
    mistakes = {"nat_hours_forgotten": data, "nat_data_forgotten": hours}
    judge(found, hours + data, mistakes, "left_out_wrong", usage=told(month), key="nat_gateway_usd")


def _usd(quantities: dict[Item, Any]) -> float:
    return float(monthly_bill(usage(quantities), VIRGINIA).total_usd)
