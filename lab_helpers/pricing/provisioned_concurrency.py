"""When provisioned concurrency is cheaper than on demand, as a price alone.

It is bought for the cold starts that it spares; what it costs more or less is told here.
"""

from __future__ import annotations

from decimal import Decimal

from lab_helpers.pricing.items import (
    Architecture,
    duration_item,
    provisioned_configured_item,
    provisioned_duration_item,
)
from lab_helpers.pricing.price_book import RegionPrices


def break_even_utilisation(
    prices: RegionPrices, architecture: Architecture = "x86_64"
) -> Decimal | None:
    """The part of the enabled time that environments must be busy for, for costs to be equal.

    0.6 says: busy for more than 60 % of the time, provisioned concurrency is the cheaper one.
    Above 1 it never is; None where not even the invocations themselves cost less. Prices of the
    first tier, without the free tier, which provisioned concurrency does not have.

    Raises:
        DojoError: the price book lacks one of the three prices.
    """
    on_demand = prices[duration_item(architecture)].first_tier_usd
    configured = prices[provisioned_configured_item(architecture)].first_tier_usd
    duration = prices[provisioned_duration_item(architecture)].first_tier_usd
    saved = on_demand - duration
    return configured / saved if saved > 0 else None
