"""How usage is counted: rounding, chunks, periods, and what was true when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.errors import DojoError
from lab_helpers.pricing import (
    billed_duration_ms,
    duration_rule,
    ephemeral_storage_gb_seconds,
    gb_seconds,
    provisioned_gb_seconds,
    requests_of_async_event,
)

KB = 1024
durations_ms = st.decimals(0, 900_000, places=2)


def test_a_gigabyte_has_1024_megabytes_and_a_second_1000_milliseconds() -> None:
    assert gb_seconds(1024, 1000) == 1
    assert gb_seconds(128, 1) == Decimal("0.000125")


@given(st.integers(128, 10_240), durations_ms, st.integers(0, 10**9))
def test_gb_seconds_grow_with_each_of_their_three_factors(
    memory_mb: int, duration_ms: Decimal, requests: int
) -> None:
    found = gb_seconds(memory_mb, duration_ms, requests)
    assert found >= 0
    assert gb_seconds(memory_mb + 1, duration_ms, requests) >= found
    assert gb_seconds(memory_mb, duration_ms + 1, requests) >= found
    assert gb_seconds(memory_mb, duration_ms, requests + 1) >= found


@pytest.mark.parametrize("amount", [-1, -0.5, float("nan"), float("inf"), Decimal("-0.01")])
def test_less_than_nothing_cannot_be_used(amount: float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        gb_seconds(128, amount)


def test_init_is_billed_since_august_2025() -> None:
    assert billed_duration_ms(250.06, 100.77) == 351
    assert billed_duration_ms(250.06, 100.77, on=date(2025, 8, 1)) == 351
    assert billed_duration_ms(250.06, 100.77, on=date(2025, 7, 31)) == 251
    assert billed_duration_ms(15.74, 130.49) == 147


def test_a_duration_was_rounded_up_to_100_ms_until_december_2020() -> None:
    assert billed_duration_ms(3, on=date(2020, 11, 30)) == 100
    assert billed_duration_ms(100.01, on=date(2019, 6, 1)) == 200
    assert billed_duration_ms(3, on=date(2020, 12, 1)) == 3


def test_a_day_before_lambda_has_no_rule() -> None:
    with pytest.raises(DojoError, match="2014-01-01"):
        duration_rule(date(2014, 1, 1))


@given(durations_ms, st.none() | durations_ms, st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_billed_durations_are_the_next_multiple_and_never_less_than_what_ran(
    duration_ms: Decimal, init_ms: Decimal | None, day: date
) -> None:
    rule = duration_rule(day)
    ran = duration_ms + ((init_ms or 0) if rule.init_billed else 0)
    billed = billed_duration_ms(duration_ms, init_ms, on=day)
    assert billed % rule.granularity_ms == 0
    assert ran <= billed < max(ran, Decimal("0.01")) + rule.granularity_ms


@pytest.mark.parametrize(
    ("payload_bytes", "requests"),
    [
        (0, 1),
        (256 * KB, 1),
        (256 * KB + 1, 2),
        (300 * KB, 2),
        (320 * KB, 2),
        (512 * KB, 5),
        (1024 * KB, 13),
    ],
)
def test_a_large_asynchronous_event_counts_as_several_requests(
    payload_bytes: int, requests: int
) -> None:
    assert requests_of_async_event(payload_bytes) == requests


@given(st.integers(0, 2**20))
def test_a_byte_more_is_never_fewer_requests_and_at_most_one_more(payload_bytes: int) -> None:
    before, after = (requests_of_async_event(size) for size in (payload_bytes, payload_bytes + 1))
    assert after - before in (0, 1)


def test_the_first_512_mb_of_tmp_are_free() -> None:
    assert ephemeral_storage_gb_seconds(512, 900_000, 10**9) == 0
    assert ephemeral_storage_gb_seconds(1536, 1000) == 1


@pytest.mark.parametrize(("enabled_s", "periods"), [(0, 0), (1, 1), (300, 1), (301, 2), (3600, 12)])
def test_provisioned_concurrency_counts_in_periods_of_five_minutes(
    enabled_s: int, periods: int
) -> None:
    assert provisioned_gb_seconds(2048, 3, enabled_s) == 2 * 3 * 300 * periods
