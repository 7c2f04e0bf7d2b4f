"""What a day with a lab in a real account can cost at most, as far as the price book knows."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from lab_helpers.pricing import Item, monthly_bill, on_demand_usage, price_book, usage

# Far more than any lab does, its checks included: the longest invokes some hundred times, with
# 1,769 MB at most and mostly for milliseconds.
INVOCATIONS = 5_000
MEMORY_SIZE_MB = 1_769
BILLED_DURATION_MS = 3_000
LOG_GB = 1


def upper_estimate_usd(region: str) -> Decimal:
    """Whole cents, rounded up, without any free tier.

    Raises:
        DojoError: the price book does not have the Region or one of the prices.
    """
    used = on_demand_usage(MEMORY_SIZE_MB, BILLED_DURATION_MS, INVOCATIONS) + usage(
        {Item.LOG_INGESTED_GB: LOG_GB, Item.LOG_STORED_GB_MONTH: LOG_GB}
    )
    total = monthly_bill(used, price_book().region(region), free=()).total_usd
    return total.quantize(Decimal("0.01"), rounding=ROUND_UP)
