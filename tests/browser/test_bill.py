"""The bill in JupyterLab in a real browser: move a slider, see the month's bill, by keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import CONTRAST, serious_findings
from tests.browser.course import Course, chromium
from tests.browser.jupyterlab import (
    PATIENCE_MS,
    PICTURES,
    choose_theme,
    need_chromium,
    run_cell,
    wait_for_kernel,
    write_notebook,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

FIRST_CELL = """
from lab_helpers import start_lab
lab = start_lab("pricing", "en")
lab.prepare()
for _ in range(20):
    lab.client("lambda").invoke(FunctionName=lab.name("io_bound"))
"""
CHART_CELL = """
from decimal import Decimal
from lab_helpers.notebook.tuning_chart import TuningChart
from lab_helpers.pricing import BilledInvocation, price_book
runs = [BilledInvocation("r", Decimal(ms), ms, mb) for mb, ms in ((128, 830), (1769, 60))]
TuningChart({"dojo-cpu-bound": runs}, price_book().region("us-east-1"), "en")
"""
CELLS = (FIRST_CELL, "lab.bill()", CHART_CELL, 'lab.language = "ja"\nlab.bill()')
TOTAL = r"A month: [\d,.]+ USD"


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    need_chromium()
    course = Course(tmp_path, "en")
    yield course
    course.close()


@pytest.fixture
def page(course: Course, tmp_path: Path) -> Iterator[Page]:
    """JupyterLab with a notebook, no cell of it run."""
    write_notebook(notebook_of(course), CELLS)
    base, token = course.address
    with chromium(tmp_path / "profile") as page:
        page.goto(f"{base}lab/tree/bill.ipynb?token={token}")
        wait_for_kernel(page)
        yield page


def notebook_of(course: Course) -> Path:
    return course.workspace / "bill.ipynb"


def bill_of(page: Page, number: int) -> Locator:
    """The widget below a cell."""
    cell = page.locator(".jp-NotebookPanel .jp-CodeCell").nth(number)
    shown = cell.locator(".ldb-bill")
    expect(shown).to_be_visible(timeout=PATIENCE_MS)
    return shown


def take_picture(page: Page, shown: Locator, name: str) -> None:
    """Down to the bars: the table below them says the same again."""
    if not PICTURES:
        return
    page.set_viewport_size({"width": 1280, "height": 1500})
    shown.evaluate("e => e.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(500)
    whole, bars = shown.bounding_box(), shown.locator(".ldb-picture").bounding_box()
    assert whole is not None
    assert bars is not None
    height = bars["y"] + bars["height"] - whole["y"]
    clip = {"x": whole["x"], "y": whole["y"], "width": whole["width"], "height": height}
    page.screenshot(path=PICTURES / name, clip=clip)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 1280, "height": 900})


def dark(page: Page) -> None:
    """JupyterLab's dark theme, once it is there."""
    choose_theme(page, "Dark")
    expect(page.locator('body[data-jp-theme-light="false"]')).to_be_attached(timeout=PATIENCE_MS)


def test_a_slider_moved_with_keys_changes_the_months_bill_and_the_figures_are_saved(
    page: Page, course: Course
) -> None:
    run_cell(page, 0)
    run_cell(page, 1)
    bill = bill_of(page, 1)
    expect(page.locator(".ldb-still:visible")).to_have_count(0)
    expect(bill.locator("table").first).to_contain_text("of it INIT phases")
    expect(bill.locator("a").first).to_have_attribute("href", re.compile("^https://"))

    total = bill.locator(".ldb-total")
    expect(total).to_have_attribute("aria-live", "polite")
    requests = bill.get_by_label("requests per month")
    requests.focus()
    page.keyboard.press("End")
    expect(requests).to_have_attribute("aria-valuetext", "1,000,000,000")
    expect(bill.locator(".ldb-month caption")).to_contain_text("1,000,000,000 requests")
    expect(total).to_have_text(re.compile(TOTAL))
    dear = amount(total)
    page.keyboard.press("Home")
    expect(bill.locator(".ldb-month caption")).to_contain_text("· 1,000 requests")
    expect(total).to_have_text("A month: 0.00 USD")
    assert dear > 200
    outline = requests.evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"

    # Provisioned concurrency is charged although hardly anybody comes; Tokyo is dearer.
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(bill.get_by_label("provisioned concurrency")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(bill.locator(".ldb-month caption")).to_contain_text("1 provisioned")
    virginia = amount(total)
    bill.get_by_label("Region").select_option(label="ap-northeast-1")
    expect(bill.locator(".ldb-month caption")).to_contain_text("ap-northeast-1")
    assert amount(total) > virginia > 0
    see_tuning_chart(page)
    requests.focus()
    page.keyboard.press("End")
    take_picture(page, bill, "bill.en.png")
    assert serious_findings(page, ".ldb-bill") == []

    # JupyterLab's own keys go on working inside.
    page.keyboard.press("Control+s")
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0, timeout=PATIENCE_MS)
    saved = nbformat.read(notebook_of(course), as_version=4)
    outputs = [output.get("data", {}) for output in saved.cells[1].outputs]
    assert "<table>" in outputs[0]["text/html"]
    assert outputs[1]["image/svg+xml"].startswith("<svg")

    dark(page)
    run_cell(page, 3)
    japanese = bill_of(page, 3)
    japanese.get_by_label("1 か月のリクエスト数").focus()
    page.keyboard.press("End")
    expect(japanese.locator(".ldb-month caption")).to_contain_text("1,000,000,000 リクエスト")
    take_picture(page, japanese, "bill.ja.png")
    assert serious_findings(page, ".ldb-bill", CONTRAST) == []


def see_tuning_chart(page: Page) -> None:
    """Once, in the page's colours; the image beside it is for where those are not."""
    run_cell(page, 2)
    cell = page.locator(".jp-NotebookPanel .jp-CodeCell").nth(2)
    expect(cell.locator(".ldb-themed svg")).to_be_visible(timeout=PATIENCE_MS)
    expect(cell.locator(".jp-RenderedSVG")).to_have_count(1)
    expect(cell.locator(".jp-RenderedSVG:visible")).to_have_count(0)
    expect(cell.get_by_role("img").first).to_have_accessible_name(re.compile("830 ms"))


def amount(total: Locator) -> float:
    found = re.search(r"[\d,]*\.?\d+(?= USD)", total.inner_text())
    assert found
    return float(found[0].replace(",", ""))
