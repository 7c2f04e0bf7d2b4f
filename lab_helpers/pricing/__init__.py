"""What AWS charges for a function: a dated, sourced price book and the arithmetic over it.

Pure functions over exact decimals: no network, no AWS client, no clock. From usage to a bill:

>>> used = on_demand_usage(memory_size_mb=1536, billed_duration_ms=120, requests=3_000_000)
>>> monthly_bill(used, price_book().region("us-east-1")).total_cents_usd
Decimal('2.73')

From a log to a bill: ``read_report_line`` each line, ``total_usage`` of their ``usage()``,
``per_month`` for a month that goes on alike, then ``monthly_bill``. ``docs/pricing.md`` has more.
"""

from __future__ import annotations

from lab_helpers.pricing.amounts import to_cents
from lab_helpers.pricing.bill import Bill, BillLine, monthly_bill
from lab_helpers.pricing.items import Architecture, Item
from lab_helpers.pricing.metering import (
    billed_duration_ms,
    duration_rule,
    ephemeral_storage_gb_seconds,
    gb_seconds,
    provisioned_gb_seconds,
    requests_of_async_event,
)
from lab_helpers.pricing.price_book import Price, PriceBook, RegionPrices, price_book
from lab_helpers.pricing.provisioned_concurrency import break_even_utilisation
from lab_helpers.pricing.report_line import (
    BilledInvocation,
    read_platform_report,
    read_report_line,
)
from lab_helpers.pricing.usage import (
    Usage,
    on_demand_usage,
    provisioned_usage,
    total_usage,
    usage,
)

__all__ = [
    "Architecture",
    "Bill",
    "BillLine",
    "BilledInvocation",
    "Item",
    "Price",
    "PriceBook",
    "RegionPrices",
    "Usage",
    "billed_duration_ms",
    "break_even_utilisation",
    "duration_rule",
    "ephemeral_storage_gb_seconds",
    "gb_seconds",
    "monthly_bill",
    "on_demand_usage",
    "price_book",
    "provisioned_gb_seconds",
    "provisioned_usage",
    "read_platform_report",
    "read_report_line",
    "requests_of_async_event",
    "to_cents",
    "total_usage",
    "usage",
]
