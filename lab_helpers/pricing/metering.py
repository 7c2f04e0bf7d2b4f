"""How usage is counted before any price is applied: the rules of Lambda's pricing page.

https://aws.amazon.com/lambda/pricing/
"""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

from lab_helpers.errors import DojoError
from lab_helpers.pricing.amounts import Amount, decimal_of
from lab_helpers.pricing.price_book import DurationRule, price_book

MB_PER_GB = 1024
FREE_EPHEMERAL_STORAGE_MB = 512
ASYNC_FIRST_REQUEST_BYTES = 256 * 1024
ASYNC_FURTHER_REQUEST_BYTES = 64 * 1024
PROVISIONED_PERIOD_S = 300


def gb_seconds(memory_size_mb: Amount, billed_duration_ms: Amount, requests: Amount = 1) -> Decimal:
    """Memory times time: 1,536 MB for 120 ms, three million times, are 540,000 GB-s."""
    seconds = decimal_of(billed_duration_ms) * decimal_of(requests) / 1000
    return seconds * decimal_of(memory_size_mb) / MB_PER_GB


def ephemeral_storage_gb_seconds(
    ephemeral_storage_mb: Amount, billed_duration_ms: Amount, requests: Amount = 1
) -> Decimal:
    """What of ``/tmp`` is charged: the part above 512 MB, while the function runs."""
    extra_mb = max(Decimal(0), decimal_of(ephemeral_storage_mb) - FREE_EPHEMERAL_STORAGE_MB)
    return gb_seconds(extra_mb, billed_duration_ms, requests)


def requests_of_async_event(payload_bytes: int) -> int:
    """An asynchronous event is one request up to 256 KB, and one more for each 64 KB begun."""
    beyond = max(0, payload_bytes - ASYNC_FIRST_REQUEST_BYTES)
    return 1 + math.ceil(beyond / ASYNC_FURTHER_REQUEST_BYTES)


def provisioned_gb_seconds(memory_size_mb: Amount, concurrency: int, enabled_s: Amount) -> Decimal:
    """Provisioned concurrency counts from enabling to disabling, in periods of five minutes."""
    periods = math.ceil(decimal_of(enabled_s) / PROVISIONED_PERIOD_S)
    return gb_seconds(memory_size_mb, periods * PROVISIONED_PERIOD_S * 1000, concurrency)


def billed_duration_ms(
    duration_ms: Amount, init_duration_ms: Amount | None = None, *, on: date | None = None
) -> int:
    """Whole milliseconds that an on-demand function in a zip is billed for.

    Args:
        init_duration_ms: of the INIT phase, None or 0 where the environment was warm.
        on: the day of the invocation; default: by the rules of today.

    Raises:
        DojoError: the day is before the first rule that the price book has.
    """
    rule = duration_rule(on)
    total = decimal_of(duration_ms)
    if rule.init_billed:
        total += decimal_of(init_duration_ms or 0)
    return max(1, math.ceil(total / rule.granularity_ms)) * rule.granularity_ms


def duration_rule(on: date | None = None) -> DurationRule:
    """The rule of that day, by default the newest one. Raises DojoError."""
    rules = price_book().duration_rules
    if on is None:
        return rules[-1]
    valid = [rule for rule in rules if rule.since <= on]
    if not valid:
        raise DojoError(
            f"The price book has no rule for {on.isoformat()}.",
            now=f"Ask for a day from {rules[0].since.isoformat()} on.",
        )
    return valid[-1]
