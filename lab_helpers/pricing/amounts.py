"""Exact amounts: decimals from whatever counts, dollars to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

Amount = int | float | Decimal
"""A quantity as callers have it. A float means the digits it is printed with."""

_CENT = Decimal("0.01")


def decimal_of(amount: Amount) -> Decimal:
    """``0.1`` becomes exactly one tenth.

    Raises:
        ValueError: the amount is negative or not finite: no one uses less than nothing.
    """
    exact = Decimal(repr(amount)) if isinstance(amount, float) else Decimal(amount)
    if not exact.is_finite() or exact < 0:
        raise ValueError(f"an amount must be 0 or more, got {amount}")
    return exact


def to_cents(usd: Decimal) -> Decimal:
    """Two digits, half a cent upwards, as AWS's examples show amounts."""
    return usd.quantize(_CENT, ROUND_HALF_UP)
