"""A month's bill: usage times prices, less what is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lab_helpers.pricing.amounts import to_cents
from lab_helpers.pricing.items import Item
from lab_helpers.pricing.price_book import FreeAllowance, RegionPrices, price_book
from lab_helpers.pricing.usage import Usage


@dataclass(frozen=True)
class BillLine:
    """One item of a bill.

    Attributes:
        quantity: what was used, in ``item.unit``.
        free: the part of it that costs nothing.
        usd: what the rest costs, not rounded.
    """

    item: Item
    quantity: Decimal
    free: Decimal
    usd: Decimal

    @property
    def charged(self) -> Decimal:
        return self.quantity - self.free


@dataclass(frozen=True)
class Bill:
    """One Region's bill of one month, before tax and discounts."""

    region: str
    lines: tuple[BillLine, ...]

    @property
    def total_usd(self) -> Decimal:
        """Not rounded."""
        return sum((line.usd for line in self.lines), Decimal(0))

    @property
    def total_cents_usd(self) -> Decimal:
        """Each line rounded to the cent, then added, as AWS's worked examples do."""
        return sum((to_cents(line.usd) for line in self.lines), Decimal(0))

    def usd_of(self, *items: Item) -> Decimal:
        """What these items cost together."""
        return sum((line.usd for line in self.lines if line.item in items), Decimal(0))


def monthly_bill(
    used: Usage, prices: RegionPrices, *, free: Sequence[FreeAllowance] | None = None
) -> Bill:
    """The bill for what was used in one month.

    Where an allowance covers several items (x86 and Arm), AWS does not say which of them comes
    first; here it is the order of ``prices.toml``. Tiers begin after what is free.

    Args:
        free: default: AWS's monthly free tier; ``()`` for an account that has used it up.

    Raises:
        DojoError: the price book lacks a price for something that was used.
    """
    given = _free_quantities(used, price_book().free if free is None else free)
    return Bill(
        prices.name,
        tuple(
            _line(item, quantity, given.get(item, Decimal(0)), prices)
            for item, quantity in used.quantities.items()
            if quantity
        ),
    )


def _free_quantities(used: Usage, free: Sequence[FreeAllowance]) -> dict[Item, Decimal]:
    given: dict[Item, Decimal] = {}
    for allowance in free:
        left = allowance.quantity
        for item in allowance.items:
            part = min(left, used[item] - given.get(item, Decimal(0)))
            given[item] = given.get(item, Decimal(0)) + part
            left -= part
    return given


def _line(item: Item, quantity: Decimal, free: Decimal, prices: RegionPrices) -> BillLine:
    return BillLine(item, quantity, free, prices[item].cost_usd(quantity - free))
