"""The timeline in JupyterLab in a real browser: retries arrive, keys lead, the picture is saved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import serious_findings
from tests.browser.course import Course, chromium
from tests.browser.jupyterlab import (
    PATIENCE_MS,
    PICTURES,
    need_chromium,
    run_cell,
    wait_for_kernel,
    write_notebook,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

FIRST_CELL = """
from lab_helpers import start_lab
lab = start_lab("async_dlq", {language!r})
lab.catch_up("dead_letter")
"""
LIFE_CELL = """
answer = lab.client("lambda").invoke(
    FunctionName=lab.name("function"), InvocationType="Event",
    Payload='{"payment_id": "pay-900", "amount": "1,000"}',
)
lab.timeline(answer, live=True)
"""
LANES_CELL = "lab.timeline()"
WEIGHTED_CELL = """
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from lab_helpers import start_lab
lab = start_lab("versions_aliases", {language!r})
lab.catch_up("canary")
client, alias = lab.client("lambda"), {{"FunctionName": "dojo-price-quote", "Name": "prod"}}
told = client.list_versions_by_function(FunctionName="dojo-price-quote")["Versions"]
_latest, old, *_, new = [version["Version"] for version in told]
client.update_alias(**alias, RoutingConfig={{"AdditionalVersionWeights": {{new: 0.5}}}})
client.put_function_concurrency(FunctionName="dojo-price-quote", ReservedConcurrentExecutions=2)
def ask(_):
    with suppress(client.exceptions.TooManyRequestsException):
        return client.invoke(
            FunctionName="dojo-price-quote", Qualifier="prod", Payload='{{"price": 1}}'
        )
"""
PROD_CELL = 'lab.timeline("dojo-price-quote:prod", live=True)'
ONE_BY_ONE_CELL = "executed = [ask(number)['ExecutedVersion'] for number in range(40)]"
AT_ONCE_CELL = """
with ThreadPoolExecutor(8) as customers:
    list(customers.map(ask, range(80)))
"""
THEMES = {"en": "JupyterLab Light", "ja": "JupyterLab Dark"}
GIVEN_UP = {"en": "given up: RetriesExhausted", "ja": "断念：RetriesExhausted"}


@pytest.fixture(autouse=True)
def _browser_is_there() -> None:
    need_chromium()


@pytest.fixture(scope="module", params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, language: str) -> Iterator[Course]:
    """One for both tests of a language."""
    course = Course(tmp_path_factory.mktemp("course"), language)
    yield course
    course.close()


@pytest.fixture
def page(course: Course, tmp_path: Path, language: str) -> Iterator[Page]:
    """JupyterLab; English in light, Japanese in dark."""
    base, token = course.address
    with chromium(tmp_path / "profile") as page:
        page.request.put(
            f"{base}lab/api/settings/@jupyterlab/apputils-extension:themes",
            headers={"Authorization": f"token {token}"},
            data={"raw": json.dumps({"theme": THEMES[language]})},
        )
        yield page


def open_notebook(page: Page, course: Course, *cells: str) -> None:
    """A notebook with these cells, none of them run, and its kernel."""
    write_notebook(notebook_of(course), cells)
    base, token = course.address
    page.goto(f"{base}lab/tree/timeline.ipynb?token={token}")
    see_cells(page)
    wait_for_kernel(page)


def notebook_of(course: Course) -> Path:
    return course.workspace / "timeline.ipynb"


def see_cells(page: Page) -> None:
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible(timeout=PATIENCE_MS)


def timeline_of(page: Page, number: int) -> Locator:
    """The widget below a cell."""
    cell = page.locator(".jp-NotebookPanel .jp-CodeCell").nth(number)
    shown = cell.locator(".ldt-timeline")
    expect(shown).to_be_visible(timeout=PATIENCE_MS)
    return shown


def take_picture(page: Page, shown: Locator, name: str) -> None:
    if not PICTURES:
        return
    shown.evaluate("e => e.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / name)


def test_retries_arrive_keys_lead_to_the_log_and_the_picture_is_saved(
    page: Page, course: Course, language: str
) -> None:
    open_notebook(page, course, FIRST_CELL.format(language=language), LIFE_CELL, LANES_CELL)
    run_cell(page, 0)
    run_cell(page, 1)
    life = timeline_of(page, 1)
    # Nothing is run or clicked any more: the rest comes by itself.
    runs = life.locator('.item[role="button"]')
    expect(life.locator("svg")).to_contain_text(GIVEN_UP[language], timeout=PATIENCE_MS)
    expect(runs).to_have_count(3)
    expect(page.locator(".ldt-still:visible")).to_have_count(0)

    life.locator('.item[tabindex="0"]').focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(life.locator(".ldt-details")).to_contain_text("ValueError")
    page.keyboard.press("Enter")
    expect(life.locator(".ldt-logs pre")).to_contain_text("[ERROR] ValueError", timeout=PATIENCE_MS)
    expect(life.locator(".ldt-logs pre")).to_contain_text("REPORT RequestId")
    focused = life.locator(".item:focus")
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    take_picture(page, life, f"timeline-life.{language}.png")

    run_cell(page, 2)
    lanes = timeline_of(page, 2)
    width = "e => e.querySelector('svg').getBoundingClientRect().width"
    narrow = lanes.evaluate(width)
    lanes.locator(".item").first.focus()
    page.keyboard.press("+")
    expect(lanes.locator(".ldt-bar button").nth(1)).to_be_visible()
    page.wait_for_function(
        f"([e, narrow]) => ({width})(e) > 1.5 * narrow",
        arg=[lanes.element_handle(), narrow],
        timeout=PATIENCE_MS,
    )
    # JupyterLab has a shortcut for Enter on whatever has the focus; here it presses the button.
    lanes.locator(".ldt-bar button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        f"([e, narrow]) => ({width})(e) < 1.1 * narrow",
        arg=[lanes.element_handle(), narrow],
        timeout=PATIENCE_MS,
    )
    assert serious_findings(page, ".jp-OutputArea:has(.ldt-timeline)") == []

    # JupyterLab's own keys go on working inside.
    page.keyboard.press("Control+s")
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0, timeout=PATIENCE_MS)
    see_saved_picture(page, course, language)


def see_saved_picture(page: Page, course: Course, language: str) -> None:
    """Without a kernel there is the picture as it was at the end, and no error beside it."""
    saved = nbformat.read(notebook_of(course), as_version=4)
    outputs = [output.get("data", {}) for output in saved.cells[1].outputs]
    (picture,) = [data["image/svg+xml"] for data in outputs if "image/svg+xml" in data]
    assert GIVEN_UP[language] in picture
    base, token = course.address
    headers = {"Authorization": f"token {token}"}
    for session in page.request.get(f"{base}api/sessions", headers=headers).json():
        page.request.delete(f"{base}api/sessions/{session['id']}", headers=headers)
    page.reload()
    see_cells(page)
    expect(page.locator(".ldt-still:visible")).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.locator(".jp-RenderedSVG:visible")).to_have_count(2)
    page.wait_for_timeout(3000)
    expect(page.get_by_text("model not found").filter(visible=True)).to_have_count(0)
    expect(page.get_by_text("Loading widget").filter(visible=True)).to_have_count(0)


SPLIT = {"en": "outline: expected; filled: seen", "ja": "枠：期待値、塗り：実際"}
RUNS = '.item[data-key]:not([data-key=""])'
RESERVED = {"en": "reserved concurrency: 2", "ja": "予約済同時実行数：2"}


def test_weights_and_throttles_are_seen_as_they_happen(
    page: Page, course: Course, language: str
) -> None:
    cells = (WEIGHTED_CELL.format(language=language), PROD_CELL, ONE_BY_ONE_CELL, AT_ONCE_CELL)
    open_notebook(page, course, *cells)
    run_cell(page, 0)
    run_cell(page, 1)
    prod = timeline_of(page, 1)
    before = prod.locator(RUNS).count()
    run_cell(page, 2)
    # The cell above is not run again: its picture follows what this one does.
    expect(prod.locator("svg")).to_contain_text(SPLIT[language], timeout=PATIENCE_MS)
    expect(prod.locator("svg")).to_contain_text("50.0 %", timeout=PATIENCE_MS)
    page.wait_for_function(
        "([shown, runs, wanted]) => shown.querySelectorAll(runs).length >= wanted",
        arg=[prod.element_handle(), RUNS, before + 40],
        timeout=PATIENCE_MS,
    )
    run_cell(page, 3)
    expect(prod.locator("svg")).to_contain_text("⊘ ", timeout=PATIENCE_MS)
    expect(prod.locator("svg")).to_contain_text(RESERVED[language])
    idle = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    expect(idle.first).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_timeout(1000)
    take_picture(page, prod, f"timeline-weights.{language}.png")
