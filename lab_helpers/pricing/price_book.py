"""The price book: what each item costs in each Region, since when, and who says so.

The numbers are in ``prices.toml``. Nothing here asks the network.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from lab_helpers.errors import DojoError
from lab_helpers.pricing.amounts import Amount, decimal_of
from lab_helpers.pricing.items import Item


@dataclass(frozen=True)
class Source:
    """Where a number comes from.

    Attributes:
        on_aws_page: whether an AWS page names the number, or a copy of AWS's price list does.
        as_of: the day, month or year of what was read.
    """

    title: str
    url: str
    as_of: str
    on_aws_page: bool


@dataclass(frozen=True)
class Tier:
    """``usd`` for each unit, until a month has used ``up_to`` units; None: for all the rest."""

    up_to: Decimal | None
    usd: Decimal


@dataclass(frozen=True)
class Price:
    """What one item costs in one Region."""

    item: Item
    tiers: tuple[Tier, ...]
    source: Source

    @property
    def first_tier_usd(self) -> Decimal:
        """For one unit, before any discount for quantity."""
        return self.tiers[0].usd

    def cost_usd(self, quantity: Amount) -> Decimal:
        """What ``quantity`` units of one month cost, not rounded.

        Raises:
            DojoError: the quantity goes beyond the tiers that the book knows.
        """
        wanted = decimal_of(quantity)
        cost, reached = Decimal(0), Decimal(0)
        for tier in self.tiers:
            end = wanted if tier.up_to is None else min(wanted, tier.up_to)
            cost += (end - reached) * tier.usd
            reached = end
            if reached == wanted:
                return cost
        raise DojoError(
            f"The price book ends at {reached:,} {self.item.unit} of {self.item} a month.",
            why=f"The next tier is not in its source: {self.source.title}.",
            now=f"Look it up: {self.source.url}",
        )


class RegionPrices(Mapping[Item, Price]):
    """The prices of one Region by item; ``name`` is the Region."""

    def __init__(self, name: str, prices: Mapping[Item, Price]) -> None:
        self.name = name
        self._prices = dict(prices)

    def __getitem__(self, item: Item) -> Price:
        """Raises DojoError where the book has no price for ``item``."""
        try:
            return self._prices[item]
        except KeyError:
            raise DojoError(
                f'The price book has no price for "{item}" in {self.name}.',
                why="Only prices with a source are in it.",
                now="Look it up: https://aws.amazon.com/lambda/pricing/",
            ) from None

    def __contains__(self, item: object) -> bool:
        return item in self._prices

    def __iter__(self) -> Iterator[Item]:
        return iter(self._prices)

    def __len__(self) -> int:
        return len(self._prices)


@dataclass(frozen=True)
class FreeAllowance:
    """``quantity`` units that a month has free, in all of ``items`` together."""

    items: tuple[Item, ...]
    quantity: Decimal
    source: Source


@dataclass(frozen=True)
class DurationRule:
    """How a duration became a billed duration, from the day ``since`` on.

    Attributes:
        granularity_ms: rounded up to a multiple of it.
        init_billed: whether the INIT phase of an on-demand function in a zip counts.
    """

    since: date
    granularity_ms: int
    init_billed: bool
    source: Source


@dataclass(frozen=True)
class PriceBook:
    """All that ``prices.toml`` says. ``duration_rules`` are in order of time."""

    regions: Mapping[str, RegionPrices]
    free: tuple[FreeAllowance, ...]
    duration_rules: tuple[DurationRule, ...]

    def region(self, name: str) -> RegionPrices:
        """Raises DojoError, naming the Regions there are."""
        try:
            return self.regions[name]
        except KeyError:
            raise DojoError(
                f'The price book does not have the Region "{name}".',
                now="Use one of: " + ", ".join(self.regions),
            ) from None


@cache
def price_book() -> PriceBook:
    """The book that comes with Lambda Dojo."""
    text = resources.files("lab_helpers.pricing").joinpath("prices.toml").read_text("utf-8")
    return read_price_book(text)


def read_price_book(toml_text: str) -> PriceBook:
    """Raises KeyError, ValueError or TypeError where the text is no price book."""
    table = tomllib.loads(toml_text)
    sources = {key: _source(entry) for key, entry in table["sources"].items()}
    return PriceBook(
        regions={
            name: RegionPrices(name, {Item(e["item"]): _price(e, sources) for e in entries})
            for name, entries in table["regions"].items()
        },
        free=tuple(
            FreeAllowance(
                tuple(map(Item, entry["items"])),
                decimal_of(entry["quantity"]),
                sources[entry["source"]],
            )
            for entry in table["free"]
        ),
        duration_rules=tuple(
            DurationRule(**{**entry, "source": sources[entry["source"]]})
            for entry in table["duration_rules"]
        ),
    )


def _source(entry: Mapping[str, Any]) -> Source:
    on_aws_page = {"page": True, "transcript": False}[entry["kind"]]
    return Source(entry["title"], entry["url"], entry["as_of"], on_aws_page)


def _price(entry: Mapping[str, Any], sources: Mapping[str, Source]) -> Price:
    per = Decimal(entry.get("per", 1))
    tiers = tuple(
        Tier(decimal_of(tier["up_to"]) if "up_to" in tier else None, Decimal(tier["usd"]) / per)
        for tier in entry["tiers"]
    )
    return Price(Item(entry["item"]), tiers, sources[entry["source"]])
