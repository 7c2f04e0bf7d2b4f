"""The chart says in numbers and in words what its bars show, also in a saved notebook."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from typing import Any

import pytest
from IPython.core import display_functions

from lab_helpers.notebook.tuning_chart import TuningChart
from lab_helpers.pricing import BilledInvocation, price_book

VIRGINIA = price_book().region("us-east-1")
SVG = "{http://www.w3.org/2000/svg}"


def run(memory_size_mb: int, billed_duration_ms: int) -> BilledInvocation:
    return BilledInvocation("r", Decimal(billed_duration_ms), billed_duration_ms, memory_size_mb)


@pytest.fixture
def chart() -> TuningChart:
    return TuningChart({"cpu-bound": [run(1769, 60), run(128, 830)]}, VIRGINIA, "en")


def picture(chart: TuningChart) -> ElementTree.Element:
    (only,) = chart.pictures()
    return ElementTree.fromstring(only)


def test_rows_are_in_order_of_memory_with_costs_of_a_million(chart: TuningChart) -> None:
    (small, large) = chart.rows["cpu-bound"]
    assert small[:2] == (128, 830)
    assert small[2] == pytest.approx(0.2 + 830 / 1000 * 0.125 * 16.6667)
    assert large[:2] == (1769, 60)


def test_points_are_as_high_as_what_they_stand_for(chart: TuningChart) -> None:
    durations, costs = (line for line in curves(picture(chart)) if len(line) == 2)
    floor = max(float(mark.attrib["y"]) for mark in picture(chart).iter(f"{SVG}use"))
    (small, large) = (floor - float(mark.attrib["y"]) for mark in durations)
    assert small / large == pytest.approx(830 / 60, rel=0.01)
    assert [mark.findtext(f"{SVG}title") for mark in durations] == ["128: 830", "1,769: 60"]
    assert [mark.findtext(f"{SVG}title") for mark in costs] == ["128: $1.93", "1,769: $1.93"]


def curves(drawn: ElementTree.Element) -> list[list[ElementTree.Element]]:
    """Of each curve, the marks that say something."""
    named = f"{SVG}use[{SVG}title]"
    return [marks for group in drawn.iter(f"{SVG}g") if (marks := group.findall(named))]


def test_who_cannot_see_it_is_told_every_number(chart: TuningChart) -> None:
    drawn = picture(chart)
    assert drawn.attrib["role"] == "img"
    assert drawn.findtext(f"{SVG}title") == "cpu-bound"
    assert "128: 830 ms; 1,769: 60 ms" in (drawn.findtext(f"{SVG}desc") or "")
    assert chart.table().rows[0] == ("cpu-bound", "128", "830", "1.93")
    assert "1,769" in repr(chart)


def test_names_are_escaped_and_japanese_is_japanese() -> None:
    chart = TuningChart({"<b>": [run(128, 1)]}, VIRGINIA, "ja")
    (drawn,) = chart.pictures()
    assert "<b>" not in drawn
    assert "メモリ" in drawn
    assert "メモリ" in repr(chart)


def test_a_notebook_gets_a_picture_in_its_theme_and_one_to_save(
    chart: TuningChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(
        display_functions, "publish_display_data", lambda data, **_: shown.append(data)
    )
    monkeypatch.setattr("IPython.core.interactiveshell.InteractiveShell.initialized", lambda: True)
    chart._ipython_display_()
    assert [sorted(data) for data in shown] == [
        ["text/html", "text/plain"],
        ["image/svg+xml", "text/plain"],
    ]
    assert shown[1]["image/svg+xml"] in shown[0]["text/html"]


def test_no_function_and_no_run_draw_nothing_and_do_not_fail() -> None:
    assert TuningChart({}, VIRGINIA, "en").pictures() == []
    picture(TuningChart({"f": []}, VIRGINIA, "en"))
    assert TuningChart({}, VIRGINIA, "en").table().rows == ()
    repr(TuningChart({}, VIRGINIA, "en"))
