"""What is seen, what a month comes to, and what is said of both."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from lab_helpers.errors import DojoError
from lab_helpers.notebook.bill.controls import chosen_month, controls_of
from lab_helpers.notebook.bill.figures import price_text, quantity_text, usd_text
from lab_helpers.notebook.bill.month import Month, month_like
from lab_helpers.notebook.bill.picture import month_picture, total_text
from lab_helpers.notebook.bill.seen import MeteredRun, ProvisionedSpan, Seen
from lab_helpers.notebook.bill.shown import ShownBill
from lab_helpers.notebook.bill.tables import function_table, month_table, seen_table
from lab_helpers.notebook.table import Table
from lab_helpers.pricing import Item, price_book

AWS_EXAMPLE = Month(3_000_000, 120, 1536)
"""https://aws.amazon.com/lambda/pricing/: 2.73 USD."""
RUNS = (
    MeteredRun("hello", 128, 200, init_ms=180.5),
    MeteredRun("hello", 128, 20),
    MeteredRun("report", 1024, 500),
)
SEEN = Seen(RUNS, since_s=1000.0, until_s=1000.0 + 30 * 60, log_bytes=3000)


def cell(table: Table, row: str, head: str) -> str:
    """Of the first row whose first cell begins so."""
    found = next(cells for cells in table.rows if cells[0].startswith(row))
    return found[table.heads.index(head)]


def test_what_was_used_is_counted_in_the_price_books_items() -> None:
    used = SEEN.usage()
    assert used[Item.REQUEST] == 3
    assert used[Item.DURATION_X86_64] == Decimal("0.5275")
    assert used[Item.LOG_INGESTED_GB] == Decimal("0.000003")
    assert SEEN.of_init()[Item.DURATION_X86_64] == Decimal("0.0225625")


def test_large_events_and_provisioned_concurrency_are_on_the_bill() -> None:
    span = ProvisionedSpan("f", 1, 1024, "arm64", 0.0, 10.0)
    used = replace(SEEN, further_requests=2, spans=(span,)).usage()
    assert used[Item.REQUEST] == 5
    assert used[Item.PROVISIONED_CONFIGURED_ARM64] == 300
    assert Item.PROVISIONED_REQUEST not in used


def test_init_is_never_more_than_what_was_billed() -> None:
    short = Seen((MeteredRun("f", 1024, 100, init_ms=250.0),), 0.0, 0.0)
    assert short.of_init()[Item.DURATION_X86_64] == short.usage()[Item.DURATION_X86_64]


def test_a_month_goes_on_as_it_did_while_the_lab_was_open() -> None:
    month = month_like(SEEN, "us-east-1")
    assert month.requests == 3 * 30 * 24 * 2
    assert (month.billed_ms, month.memory_size_mb, month.log_bytes) == (240, 1024, 1000)


def test_a_month_is_not_told_from_less_than_a_minute() -> None:
    assert month_like(replace(SEEN, until_s=1000.1), "us-east-1").requests == 3 * 30 * 24 * 60


def test_aws_own_example_comes_out_to_the_cent() -> None:
    assert total_text(AWS_EXAMPLE, "en") == "A month: 2.73 USD"


def test_the_free_tier_can_be_used_up() -> None:
    assert replace(AWS_EXAMPLE, free_tier=False).bill().total_usd == pytest.approx(
        Decimal("0.60") + Decimal("540000") * Decimal("0.0000166667")
    )


def test_provisioned_concurrency_serves_what_it_can_and_the_rest_spills_over() -> None:
    busy = Month(10_000_000, 1000, 1024, provisioned_concurrency=2)
    assert busy.provisioned_requests == 2 * 30 * 24 * 3600
    used = busy.usage()
    assert used[Item.PROVISIONED_REQUEST] + used[Item.REQUEST] == 10_000_000
    assert used[Item.PROVISIONED_CONFIGURED_X86_64] == 2 * 30 * 24 * 3600
    idle = replace(busy, requests=10)
    assert idle.usage()[Item.REQUEST] == 0


def test_what_the_book_cannot_price_is_said_and_the_rest_still_adds_up() -> None:
    tokyo = Month(
        10**6, 100, 1024, architecture="arm64", region="ap-northeast-1", provisioned_concurrency=1
    )
    bill = tokyo.bill()
    assert Item.PROVISIONED_CONFIGURED_ARM64 in dict(bill.unpriced)
    table = month_table(tokyo, "en")
    told = cell(table, "provisioned concurrency, arm64", "how it is counted")
    assert "no price" in told
    assert "—" in month_picture(tokyo, "ja")


def test_a_month_beyond_the_books_last_tier_is_no_error() -> None:
    huge = Month(10**9, 900_000, 10_240, architecture="arm64", region="ap-northeast-1")
    assert Item.DURATION_ARM64 in dict(huge.bill().unpriced)


def test_each_figure_has_its_rule_and_a_dated_source() -> None:
    table = seen_table(SEEN, "us-east-1", "en")
    assert cell(table, "requests", "price (USD)") == "0.20 per 1,000,000 requests [1]"
    assert cell(table, "duration", "quantity") == "0.528 GB-s"
    assert "INIT included" in cell(table, "duration", "how it is counted")
    assert cell(table, "↳", "how it is counted") == "cold starts: 1; billed since 2025-08-01 [3]"
    assert table.below[-4] == (
        "[1] AWS Lambda pricing, 2026: https://aws.amazon.com/lambda/pricing/"
    )
    assert "(a copy;" in table.below[-3]


def test_the_total_is_the_sum_without_the_init_phases_twice() -> None:
    exact = sum(
        price_book().region("us-east-1")[item].cost_usd(quantity)
        for item, quantity in SEEN.usage().quantities.items()
    )
    table = seen_table(SEEN, "us-east-1", "en")
    assert table.rows[-1][3] == usd_text(Decimal(exact))
    assert any("leave 0.00 USD to pay" in line for line in table.below)


def test_a_region_that_the_book_lacks_is_named() -> None:
    table = seen_table(SEEN, "eu-west-3", "ja")
    assert any("eu-west-3" in line and "us-east-1" in line for line in table.below)
    assert month_like(SEEN, "eu-west-3").region == "us-east-1"


def test_functions_have_a_row_for_each_memory_size() -> None:
    runs = (*RUNS, MeteredRun("hello", 256, 10))
    rows = function_table(replace(SEEN, runs=runs), "us-east-1", "en").rows
    assert [row[:4] for row in rows] == [
        ("hello", "128", "2", "1"),
        ("hello", "256", "1", "0"),
        ("report", "1,024", "1", "0"),
    ]
    assert rows[2][4:] == ("500.0", "0.500", "8.53")


def test_both_languages_tell_the_same_figures() -> None:
    bill = ShownBill(SEEN, "us-east-1", "ja", ())
    english = ShownBill(SEEN, "us-east-1", "en", ())
    assert [row[3] for row in bill.table().rows] == [row[3] for row in english.table().rows]
    assert "リクエスト" in repr(bill)
    assert "{" not in repr(bill) + repr(english)


def test_a_month_is_supposed_without_any_widget() -> None:
    bill = ShownBill(SEEN, "us-east-1", "en", ())
    table = bill.suppose(requests=3_000_000, billed_ms=120, memory_size_mb=1536, log_bytes=0)
    assert table.rows[-1][4] == "2.73"
    with pytest.raises(TypeError):
        bill.suppose(memory=512)
    with pytest.raises(DojoError):
        bill.suppose(region="mars-1")


def test_sliders_stop_at_the_measured_value_too() -> None:
    controls = {control.name: control for control in controls_of(Month(2222, 37, 128), "en")}
    requests = controls["requests"]
    assert requests.texts[requests.start] == "2,222 (measured)"
    assert list(requests.values) == sorted(requests.values)
    memory = controls["memory_size_mb"]
    assert memory.texts[memory.start] == "128 MB"
    assert controls["free_tier"].texts == ("with", "used up")


def test_what_is_chosen_changes_the_month_and_nonsense_does_not() -> None:
    controls = controls_of(AWS_EXAMPLE, "en")
    memory = next(control for control in controls if control.name == "memory_size_mb")
    chosen = {"memory_size_mb": memory.values.index(512), "requests": 10_000, "region": "x"}
    assert chosen_month(AWS_EXAMPLE, controls, chosen) == replace(AWS_EXAMPLE, memory_size_mb=512)


def test_the_picture_says_each_figure_in_words() -> None:
    picture = ElementTree.fromstring(month_picture(AWS_EXAMPLE, "en"))
    space = "{http://www.w3.org/2000/svg}"
    assert picture.findtext(f"{space}title") == "A month: 2.73 USD"
    assert "requests: 0.40" in (picture.findtext(f"{space}desc") or "")
    _paper, *bars = picture.iter(f"{space}rect")
    widths = [float(bar.attrib["width"]) for bar in bars]
    assert widths[0] / widths[1] == pytest.approx(0.40 / 2.3333, rel=0.01)


@pytest.mark.parametrize(
    ("usd", "shown"),
    [("0", "0.00"), ("0.0000042", "0.0000042"), ("0.005", "0.0050"), ("1234.5", "1,234.50")],
)
def test_small_amounts_are_not_rounded_away(usd: str, shown: str) -> None:
    assert usd_text(Decimal(usd)) == shown


def test_quantities_and_prices_are_readable() -> None:
    assert [quantity_text(Decimal(n)) for n in ("3", "0.000123456", "12345.6", "12.345")] == [
        "3",
        "0.000123",
        "12,346",
        "12.3",
    ]
    prices = price_book().region("us-east-1")
    assert price_text(prices[Item.DURATION_X86_64]) == ("0.0000166667", "1")
    assert price_text(prices[Item.REQUEST]) == ("0.20", "1,000,000")
    assert price_text(prices[Item.LOG_INGESTED_GB]) == ("0.50", "1")
