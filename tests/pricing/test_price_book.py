"""Every price has a source; what the book does not have is an error, never a guess."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.errors import DojoError
from lab_helpers.pricing import Item, Price, price_book
from lab_helpers.pricing.price_book import read_price_book

PRICES = [price for prices in price_book().regions.values() for price in prices.values()]
quantities = st.decimals(0, 6_000_000_000, places=3)


def named(price: Price) -> str:
    return f"{price.item}-{price.first_tier_usd}"


@pytest.mark.parametrize("price", PRICES, ids=named)
def test_every_price_says_where_it_comes_from_and_when(price: Price) -> None:
    assert price.source.url.startswith("https://")
    assert re.match(r"20\d\d", price.source.as_of)
    assert price.source.title


@pytest.mark.parametrize("price", PRICES, ids=named)
def test_tiers_rise_in_quantity_and_fall_in_price(price: Price) -> None:
    ends = [tier.up_to for tier in price.tiers]
    assert all(end is not None for end in ends[:-1])
    known = [end for end in ends if end is not None]
    assert known == sorted(set(known))
    asked = [tier.usd for tier in price.tiers]
    assert asked == sorted(asked, reverse=True)
    assert all(usd > 0 for usd in asked)


def test_arm_is_a_fifth_cheaper_than_x86() -> None:
    prices = price_book().region("us-east-1")
    x86, arm = (prices[item].first_tier_usd for item in (Item.DURATION_X86_64, Item.DURATION_ARM64))
    assert round(arm / x86, 2) == Decimal("0.80")


def test_a_region_that_is_not_in_the_book_names_those_that_are() -> None:
    with pytest.raises(DojoError, match="us-east-1, ap-northeast-1"):
        price_book().region("mars-north-1")


def test_a_price_without_a_source_is_not_made_up() -> None:
    tokyo = price_book().region("ap-northeast-1")
    assert Item.SNAPSTART_CACHE not in tokyo
    with pytest.raises(DojoError, match="ap-northeast-1"):
        tokyo[Item.SNAPSTART_CACHE]


def test_beyond_the_last_known_tier_there_is_no_price() -> None:
    arm = price_book().region("ap-northeast-1")[Item.DURATION_ARM64]
    assert arm.cost_usd(7_500_000_000) == 7_500_000_000 * Decimal("0.0000133334")
    with pytest.raises(DojoError, match="7,500,000,000 GB-s"):
        arm.cost_usd(7_500_000_001)


def test_each_side_of_a_tier_boundary_has_its_own_price() -> None:
    duration = price_book().region("us-east-1")[Item.DURATION_X86_64]
    at = duration.cost_usd(6_000_000_000)
    assert at == Decimal("100000.20")
    assert duration.cost_usd(6_000_000_001) - at == Decimal("0.0000150000")
    assert at - duration.cost_usd(5_999_999_999) == Decimal("0.0000166667")
    whole = 6 * Decimal("16666.7") + 9 * Decimal(15000) + Decimal("13333.4")
    assert abs(duration.cost_usd(16_000_000_000) - whole) < Decimal("0.01")


@pytest.mark.parametrize("price", PRICES, ids=named)
@settings(max_examples=30)
@given(quantities, quantities)
def test_more_never_costs_less_and_halves_never_cost_less_than_the_whole(
    price: Price, one: Decimal, other: Decimal
) -> None:
    if price.tiers[-1].up_to is not None and one + other > price.tiers[-1].up_to:
        return
    whole = price.cost_usd(one + other)
    assert whole >= price.cost_usd(one)
    assert price.cost_usd(one) + price.cost_usd(other) >= whole


def test_the_rules_of_rounding_are_in_order_of_time() -> None:
    days = [rule.since for rule in price_book().duration_rules]
    assert days == sorted(days)
    assert date(2025, 8, 1) in days


def test_a_book_with_an_unknown_item_is_refused() -> None:
    text = """
    free = []
    duration_rules = []
    [sources.here]
    kind = "page"
    title = "t"
    url = "https://example.com"
    as_of = "2026"
    [[regions.us-east-1]]
    item = "lunch"
    source = "here"
    tiers = [{ usd = "1" }]
    """
    with pytest.raises(ValueError, match="lunch"):
        read_price_book(text)
