"""The chart says in numbers and in words what its bars show."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from decimal import Decimal

import pytest

from lab_helpers.notebook.tuning_chart import TuningChart
from lab_helpers.pricing import BilledInvocation, price_book

VIRGINIA = price_book().region("us-east-1")


def run(memory_size_mb: int, billed_duration_ms: int) -> BilledInvocation:
    return BilledInvocation("r", Decimal(billed_duration_ms), billed_duration_ms, memory_size_mb)


@pytest.fixture
def chart() -> TuningChart:
    return TuningChart({"cpu-bound": [run(1769, 60), run(128, 830)]}, VIRGINIA, "en")


def svg(chart: TuningChart) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{chart._repr_html_()}</div>")


def test_rows_are_in_order_of_memory_with_costs_of_a_million(chart: TuningChart) -> None:
    (small, large) = chart.rows["cpu-bound"]
    assert small[:2] == (128, 830)
    assert small[2] == pytest.approx(0.2 + 830 / 1000 * 0.125 * 16.6667)
    assert large[:2] == (1769, 60)


def test_bars_are_as_long_as_what_they_stand_for(chart: TuningChart) -> None:
    widths = [float(bar.attrib["width"]) for bar in svg(chart).iter("rect")]
    assert widths[0] / widths[1] == pytest.approx(830 / 60, rel=0.01)


def test_who_cannot_see_it_is_told_every_number(chart: TuningChart) -> None:
    (picture,) = svg(chart).iter("svg")
    assert picture.attrib["role"] == "img"
    assert "128 MB: 830 ms, $1.93" in picture.attrib["aria-label"]
    assert "830" in repr(chart)
    assert "1,769" in repr(chart)


def test_names_are_escaped_and_japanese_is_japanese() -> None:
    chart = TuningChart({"<b>": [run(128, 1)]}, VIRGINIA, "ja")
    assert "<b>" not in chart._repr_html_()
    assert "メモリ" in chart._repr_html_()


def test_no_function_and_no_run_draw_nothing_and_do_not_fail() -> None:
    assert TuningChart({}, VIRGINIA, "en")._repr_html_() == ""
    svg(TuningChart({"f": []}, VIRGINIA, "en"))
