"""AWS's own worked examples, to the cent: https://aws.amazon.com/lambda/pricing/"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lab_helpers.pricing import (
    Item,
    RegionPrices,
    Usage,
    billed_duration_ms,
    break_even_utilisation,
    gb_seconds,
    monthly_bill,
    on_demand_usage,
    price_book,
    provisioned_usage,
    to_cents,
    usage,
)

VIRGINIA = price_book().region("us-east-1")
TOKYO = price_book().region("ap-northeast-1")
HOUR_S = 3600


def cents(used: Usage, *, with_free_tier: bool = True) -> str:
    free = None if with_free_tier else ()
    return str(monthly_bill(used, VIRGINIA, free=free).total_cents_usd)


def test_mobile_backend_costs_2_73_in_both_regions() -> None:
    used = on_demand_usage(1536, 120, 3_000_000)
    assert used[Item.DURATION_X86_64] == 540_000
    bill = monthly_bill(used, VIRGINIA)
    assert to_cents(bill.usd_of(Item.DURATION_X86_64)) == Decimal("2.33")
    assert bill.usd_of(Item.REQUEST) == Decimal("0.40")
    assert bill.total_cents_usd == Decimal("2.73")
    assert monthly_bill(used, TOKYO).total_cents_usd == Decimal("2.73")


def test_mobile_backend_costs_2_27_on_arm() -> None:
    assert cents(on_demand_usage(1536, 120, 3_000_000, architecture="arm64")) == "2.27"


def test_telemetry_costs_249_49_without_a_free_tier() -> None:
    assert cents(on_demand_usage(1024, 2000, 7_440_000), with_free_tier=False) == "249.49"


def test_support_tickets_with_ephemeral_storage_cost_106_41() -> None:
    used = on_demand_usage(4096, 280, 6_000_000, ephemeral_storage_mb=2048)
    bill = monthly_bill(used, VIRGINIA)
    assert to_cents(bill.usd_of(Item.DURATION_X86_64)) == Decimal("105.33")
    assert bill.usd_of(Item.REQUEST) == 1
    assert to_cents(bill.usd_of(Item.EPHEMERAL_STORAGE)) == Decimal("0.08")
    assert bill.total_cents_usd == Decimal("106.41")


def test_launch_day_with_provisioned_concurrency_costs_19_96() -> None:
    launch = provisioned_usage(1536, 100, 8 * HOUR_S, billed_duration_ms=100, requests=500_000)
    used = launch + on_demand_usage(1536, 120, 2_500_000)
    bill = monthly_bill(used, VIRGINIA)
    assert to_cents(bill.usd_of(Item.PROVISIONED_CONFIGURED_X86_64)) == Decimal("18.00")
    assert bill.usd_of(Item.REQUEST, Item.PROVISIONED_REQUEST) == Decimal("0.40")
    assert to_cents(bill.usd_of(Item.PROVISIONED_DURATION_X86_64)) == Decimal("0.73")
    assert to_cents(bill.usd_of(Item.DURATION_X86_64)) == Decimal("0.83")
    assert bill.total_cents_usd == Decimal("19.96")


def test_the_same_launch_day_costs_25_43_in_tokyo() -> None:
    launch = provisioned_usage(1536, 100, 8 * HOUR_S, billed_duration_ms=100, requests=500_000)
    used = launch + on_demand_usage(1536, 120, 2_500_000)
    assert monthly_bill(used, TOKYO).total_cents_usd == Decimal("25.43")


def test_cyber_monday_on_provisioned_concurrency_costs_32_26() -> None:
    used = provisioned_usage(4096, 7, 24 * HOUR_S, billed_duration_ms=280, requests=2_000_000)
    assert cents(used) == "32.26"


def test_snapstart_adds_14_43_to_the_telemetry() -> None:
    snapstart = usage(
        {
            Item.SNAPSTART_CACHE: gb_seconds(1024, 31 * 24 * HOUR_S * 1000),
            Item.SNAPSTART_RESTORED_GB: 74_400,
        }
    )
    used = on_demand_usage(1024, 2000, 7_440_000) + snapstart
    assert cents(used, with_free_tier=False) == "263.92"


def test_streaming_beyond_the_allowance_costs_7_81() -> None:
    used = on_demand_usage(1536, 500, 3_000_000) + usage({Item.STREAMED_GB: 976.56})
    free = [given for given in price_book().free if Item.STREAMED_GB not in given.items]
    assert monthly_bill(used, VIRGINIA, free=free).total_cents_usd == Decimal("39.04")


def test_one_millisecond_billing_saved_72_dollars_of_100() -> None:
    """https://aws.amazon.com/blogs/aws/new-for-aws-lambda-1ms-billing-granularity-adds-cost-savings/"""
    then, now = (
        monthly_bill(on_demand_usage(1024, billed_ms, 60_000_000), VIRGINIA, free=())
        for billed_ms in (
            billed_duration_ms(27.55, on=date(2020, 11, 1)),
            billed_duration_ms(27.55),
        )
    )
    assert round(then.usd_of(Item.DURATION_X86_64)) == 100
    assert round(now.usd_of(Item.DURATION_X86_64)) == 28
    assert now.usd_of(Item.REQUEST) == 12


def test_the_example_of_the_100_ms_age_still_costs_18_74() -> None:
    assert cents(on_demand_usage(512, 1000, 3_000_000)) == "18.73"  # then 0.00001667 per GB-s
    assert to_cents(Decimal(1_100_000) * Decimal("0.00001667")) == Decimal("18.34")


@pytest.mark.parametrize(("prices", "percent"), [(VIRGINIA, 60), (TOKYO, 131)])
def test_break_even_is_60_percent_in_virginia_and_out_of_reach_in_tokyo(
    prices: RegionPrices, percent: int
) -> None:
    found = break_even_utilisation(prices)
    assert found is not None
    assert round(found * 100) == percent


def test_break_even_is_where_both_ways_cost_the_same() -> None:
    share = break_even_utilisation(VIRGINIA)
    assert share is not None
    busy_ms = share * HOUR_S * 1000
    ahead = monthly_bill(
        provisioned_usage(1024, 1, HOUR_S, billed_duration_ms=busy_ms, requests=1),
        VIRGINIA,
        free=(),
    )
    on_demand = monthly_bill(on_demand_usage(1024, busy_ms), VIRGINIA, free=())
    assert abs(ahead.total_usd - on_demand.total_usd) < Decimal("1e-12")


def test_sixty_terabytes_of_lambda_logs_cost_12_500() -> None:
    assert VIRGINIA[Item.LOG_INGESTED_GB].cost_usd(60_000) == 12_500
