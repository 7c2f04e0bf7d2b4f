"""Usage with its prices: a bill that says what the price book cannot price. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lab_helpers.errors import DojoError
from lab_helpers.pricing import BillLine, Item, RegionPrices, Usage, monthly_bill, price_book

MAIN_REGION = "us-east-1"


@dataclass(frozen=True)
class Priced:
    """A bill and what is not on it.

    Attributes:
        lines: what can be priced, in the order of use.
        unpriced: items without a price in the book for this Region, or beyond its last tier.
    """

    prices: RegionPrices
    lines: tuple[BillLine, ...]
    unpriced: tuple[tuple[Item, Decimal], ...]

    @property
    def total_usd(self) -> Decimal:
        """Of what can be priced, not rounded."""
        return sum((line.usd for line in self.lines), Decimal(0))


def priced(used: Usage, region: str, *, free_tier: bool) -> Priced:
    """``used`` as one month's use, at the prices of ``region``."""
    prices = price_book().region(region)
    known = {
        item: quantity
        for item, quantity in used.quantities.items()
        if _has_price(prices, item, quantity)
    }
    bill = monthly_bill(Usage(known), prices, free=None if free_tier else ())
    unpriced = [(item, used[item]) for item in used.quantities if item not in known]
    return Priced(prices, bill.lines, tuple(unpriced))


def region_with_prices(region: str) -> str:
    """The Region itself where the book has it, else us-east-1."""
    return region if region in price_book().regions else MAIN_REGION


def _has_price(prices: RegionPrices, item: Item, quantity: Decimal) -> bool:
    try:
        prices[item].cost_usd(quantity)
    except DojoError:
        return False
    return True
