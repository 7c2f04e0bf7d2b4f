"""Usage: how much of each item was used. Adds up, and scales to a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lab_helpers.pricing.amounts import Amount, decimal_of
from lab_helpers.pricing.items import (
    Architecture,
    Item,
    duration_item,
    provisioned_configured_item,
    provisioned_duration_item,
)
from lab_helpers.pricing.metering import (
    FREE_EPHEMERAL_STORAGE_MB,
    ephemeral_storage_gb_seconds,
    gb_seconds,
    provisioned_gb_seconds,
)

MONTH_S = 30 * 24 * 3600


@dataclass(frozen=True)
class Usage:
    """Quantities by item, in each item's unit; what is not there was not used."""

    quantities: Mapping[Item, Decimal] = field(default_factory=dict)

    def __getitem__(self, item: Item) -> Decimal:
        return self.quantities.get(item, Decimal(0))

    def __add__(self, other: Usage) -> Usage:
        items = [*self.quantities, *(item for item in other.quantities if item not in self)]
        return Usage({item: self[item] + other[item] for item in items})

    def __contains__(self, item: object) -> bool:
        return item in self.quantities

    def scaled(self, factor: Amount) -> Usage:
        """The same mix, ``factor`` times as much."""
        exact = decimal_of(factor)
        return Usage({item: quantity * exact for item, quantity in self.quantities.items()})

    def per_month(self, observed_s: Amount, month_s: Amount = MONTH_S) -> Usage:
        """What a month comes to if it goes on as in the ``observed_s`` seconds seen.

        Raises:
            ValueError: nothing was observed.
        """
        seconds = decimal_of(observed_s)
        if not seconds:
            raise ValueError("a month cannot be told from an observation of 0 seconds")
        return self.scaled(decimal_of(month_s) / seconds)


def usage(quantities: Mapping[Item, Amount]) -> Usage:
    """``usage({Item.LOG_INGESTED_GB: 12.5})``."""
    return Usage({item: decimal_of(quantity) for item, quantity in quantities.items()})


def total_usage(parts: Iterable[Usage]) -> Usage:
    """All of it together."""
    total: dict[Item, Decimal] = {}
    for part in parts:
        for item, quantity in part.quantities.items():
            total[item] = total.get(item, Decimal(0)) + quantity
    return Usage(total)


def on_demand_usage(
    memory_size_mb: Amount,
    billed_duration_ms: Amount,
    requests: Amount = 1,
    *,
    architecture: Architecture = "x86_64",
    ephemeral_storage_mb: Amount = FREE_EPHEMERAL_STORAGE_MB,
) -> Usage:
    """Of ``requests`` alike invocations; ``billed_duration_ms`` is each one's."""
    found = {
        Item.REQUEST: decimal_of(requests),
        duration_item(architecture): gb_seconds(memory_size_mb, billed_duration_ms, requests),
    }
    storage = ephemeral_storage_gb_seconds(ephemeral_storage_mb, billed_duration_ms, requests)
    if storage:
        found[Item.EPHEMERAL_STORAGE] = storage
    return Usage(found)


def provisioned_usage(
    memory_size_mb: Amount,
    concurrency: int,
    enabled_s: Amount,
    *,
    billed_duration_ms: Amount = 0,
    requests: Amount = 0,
    architecture: Architecture = "x86_64",
) -> Usage:
    """Of provisioned concurrency and of the ``requests`` invocations that it served."""
    duration = gb_seconds(memory_size_mb, billed_duration_ms, requests)
    configured = provisioned_gb_seconds(memory_size_mb, concurrency, enabled_s)
    return Usage(
        {
            provisioned_configured_item(architecture): configured,
            Item.PROVISIONED_REQUEST: decimal_of(requests),
            provisioned_duration_item(architecture): duration,
        }
    )
