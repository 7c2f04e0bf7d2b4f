"""Bills: the free tier, sums, and a month told from an hour."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.pricing import (
    Item,
    Usage,
    monthly_bill,
    on_demand_usage,
    price_book,
    provisioned_usage,
    total_usage,
    usage,
)

VIRGINIA = price_book().region("us-east-1")
amounts = st.decimals(0, 10**9, places=3)
usages = st.dictionaries(
    st.sampled_from([item for item in VIRGINIA if not item.startswith("provisioned")]), amounts
).map(Usage)


def test_a_small_month_is_free_and_never_a_credit() -> None:
    bill = monthly_bill(on_demand_usage(128, 100, 1000), VIRGINIA)
    assert bill.total_usd == 0
    assert [line.charged for line in bill.lines] == [0, 0]


@given(usages)
def test_no_line_is_negative_and_the_free_tier_never_costs_anything(used: Usage) -> None:
    bill, without = (monthly_bill(used, VIRGINIA, free=free) for free in (None, ()))
    assert all(line.usd >= 0 and 0 <= line.free <= line.quantity for line in bill.lines)
    assert bill.total_usd <= without.total_usd


@given(usages, usages)
def test_using_more_never_makes_a_bill_smaller(used: Usage, more: Usage) -> None:
    both = monthly_bill(used + more, VIRGINIA).total_usd
    assert both >= monthly_bill(used, VIRGINIA).total_usd


@given(amounts, amounts)
def test_x86_and_arm_share_one_allowance(x86: Decimal, arm: Decimal) -> None:
    used = usage({Item.DURATION_X86_64: x86, Item.DURATION_ARM64: arm})
    free = sum(line.free for line in monthly_bill(used, VIRGINIA).lines)
    assert free == min(x86 + arm, Decimal(400_000))


def test_provisioned_concurrency_has_no_free_tier() -> None:
    used = provisioned_usage(1024, 1, 300, billed_duration_ms=100, requests=10)
    bill = monthly_bill(used, VIRGINIA)
    assert all(line.free == 0 for line in bill.lines)
    assert bill.usd_of(Item.PROVISIONED_REQUEST) == Decimal("0.000002")


def test_an_hour_seen_tells_a_month_of_720_hours() -> None:
    hour = total_usage([on_demand_usage(1024, 500) for _ in range(10)])
    month = hour.per_month(3600)
    assert month[Item.REQUEST] == 7200
    assert month[Item.DURATION_X86_64] == 3600


def test_nothing_observed_tells_nothing() -> None:
    with pytest.raises(ValueError, match="0 seconds"):
        usage({Item.REQUEST: 1}).per_month(0)


@given(st.lists(usages, max_size=5))
def test_the_total_is_the_sum_in_any_order(parts: list[Usage]) -> None:
    forwards, backwards = total_usage(parts), total_usage(reversed(parts))
    assert dict(forwards.quantities) == dict(backwards.quantities)


def test_one_millisecond_of_the_smallest_function_costs_what_the_page_says() -> None:
    invocation = on_demand_usage(128, 1)
    duration = monthly_bill(invocation, VIRGINIA, free=()).usd_of(Item.DURATION_X86_64)
    assert round(duration, 10) == Decimal("0.0000000021")


def test_what_100_ms_billing_cost_a_function_of_3_ms() -> None:
    now, then = (
        monthly_bill(on_demand_usage(128, billed, 1_000_000), VIRGINIA, free=())
        for billed in (3, 100)
    )
    assert round(now.usd_of(Item.DURATION_X86_64), 5) == Decimal("0.00625")
    assert round(then.usd_of(Item.DURATION_X86_64), 3) == Decimal("0.208")
