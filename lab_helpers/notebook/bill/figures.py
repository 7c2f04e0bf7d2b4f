"""Dollars, quantities and prices as a reader wants them; the smallest are not rounded away."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from lab_helpers.pricing import Price, to_cents

_MILLION = 1_000_000
_CENT = Decimal("0.01")
_SIGNIFICANT = 3


def usd_text(usd: Decimal) -> str:
    """``12.34``, ``1,234.50``; below a cent two digits that say something: ``0.0000042``."""
    if usd and usd < _CENT:
        return _significant(usd, 2)
    return f"{to_cents(usd):,}"


def quantity_text(quantity: Decimal) -> str:
    """``1,000,000``, ``0.0125``: whole numbers from 1,000 on, else three digits that count."""
    if quantity == quantity.to_integral_value() or quantity >= 1000:
        return f"{quantity:,.0f}"
    return _significant(quantity, _SIGNIFICANT)


def price_text(price: Price) -> tuple[str, str]:
    """The first tier's price, and for how many units: ``("0.20", "1,000,000")``."""
    usd = price.first_tier_usd
    if price.item.unit in ("requests", "calls"):
        return f"{(usd * _MILLION).quantize(_CENT)}", f"{_MILLION:,}"
    exact = format(usd.normalize(), "f")
    return exact if len(exact.partition(".")[2]) >= 2 else f"{usd:.2f}", "1"


def _significant(number: Decimal, digits: int) -> str:
    step = Decimal(1).scaleb(number.adjusted() - digits + 1)
    return format(number.quantize(step, ROUND_HALF_UP), "f")
