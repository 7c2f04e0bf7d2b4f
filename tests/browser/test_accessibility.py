"""Nothing of what the course draws shuts anybody out: axe-core looks at all of it in JupyterLab."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import CONTRAST, serious_findings
from tests.browser.course import Course, chromium
from tests.browser.jupyterlab import (
    PATIENCE_MS,
    choose_theme,
    need_chromium,
    wait_for_kernel,
    write_notebook,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"
FIRST = """
from lab_helpers import start_lab
lab = start_lab("async_dlq", "en")
lab.catch_up("dead_letter")
answer = lab.client("lambda").invoke(
    FunctionName=lab.name("function"), InvocationType="Event", Payload='{"payment_id": "pay-1"}'
)
# For the map: a bucket whose notification leads to a function that does not let S3 in any more.
s3, bucket = lab.client("s3"), f"dojo-receipts-{lab.account_id}"
s3.create_bucket(Bucket=bucket)
name = lab.name("function")
arn = lab.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
lab.client("lambda").add_permission(
    FunctionName=name, StatementId="s3", Action="lambda:InvokeFunction",
    Principal="s3.amazonaws.com", SourceArn=f"arn:aws:s3:::{bucket}",
)
s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
    "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]
})
lab.client("lambda").remove_permission(FunctionName=name, StatementId="s3")
"""
# What a cell shows, and what tells that it is there.
SHOWN = {
    "lab.timeline(answer)": ".ldt-timeline svg",
    "lab.timeline()": ".ldt-timeline svg",
    "lab.console()": ".ldc .ldc-editor",
    "lab.map()": ".lambda-dojo-map svg",
    "lab.bill()": ".ldb-bill svg",
    "lab.quiz()": "[role=status]",
    'lab.quiz("a", "b", ...)': "[role=status]",
    "lab.check()": ".lambda-dojo-step",
    "lab.check_all()": ".lambda-dojo-step",
    "lab.hint()": "[role=status]",
    'lab.solution("dead_letter", reveal=True)': "[role=status]",
    "lab.status()": "[role=status] table",
}
# axe-core does not look at the letters of an SVG: each has to stand out from its paper.
FAINT = """
(selector) => {
  const light = (text) => text.match(/[\\d.]+/g).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  for (const svg of document.querySelectorAll(`${selector} svg`)) {
    const paper = light(getComputedStyle(svg.querySelector("rect")).fill);
    for (const text of svg.querySelectorAll("text")) {
      const [a, b] = [light(getComputedStyle(text).fill), paper].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < 4.5) found.push(`faint: ${text.textContent} ${ratio.toFixed(2)}`);
    }
  }
  return found;
}
"""
TABS = ("code", "test", "monitor", "configuration", "aliases", "versions")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    need_chromium()
    course = Course(tmp_path_factory.mktemp("course"), "en")
    yield course
    course.close()


@pytest.fixture
def page(course: Course, tmp_path: Path) -> Iterator[Page]:
    with chromium(tmp_path / "profile") as page:
        yield page


def open_notebook(page: Page, course: Course, cells: Sequence[str]) -> None:
    """Run these cells in JupyterLab, which draws all of them, whether in view or not."""
    write_notebook(course.workspace / "all.ipynb", cells)
    base, token = course.address
    page.request.put(
        f"{base}lab/api/settings/@jupyterlab/notebook-extension:tracker",
        headers={"Authorization": f"token {token}"},
        data={"raw": json.dumps({"autoStartDefaultKernel": True, "windowingMode": "none"})},
    )
    page.goto(f"{base}lab/tree/all.ipynb?token={token}")
    wait_for_kernel(page)
    page.locator(".lm-MenuBar-item", has_text="Run").first.click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()


def mark_outputs(page: Page) -> None:
    """Wait until each cell shows what it is to show; its output then has a name to look it up."""
    for number, selector in enumerate(SHOWN.values(), 1):
        cell = page.locator(".jp-NotebookPanel .jp-CodeCell").nth(number)
        output = cell.locator(".jp-Cell-outputArea")
        expect(output.locator(selector).first).to_be_visible(timeout=PATIENCE_MS)
        output.evaluate("(e, n) => e.setAttribute('data-looked-at', n)", str(number))


def theme(page: Page, name: str) -> None:
    choose_theme(page, name)
    light = str(name == LIGHT).lower()
    expect(page.locator(f'body[data-jp-theme-light="{light}"]')).to_be_attached(timeout=PATIENCE_MS)
    page.wait_for_timeout(500)  # the style sheet of the theme arrives after its name


def findings_in_tabs(panel: Locator, rules: Sequence[str]) -> list[str]:
    """Of each tab of the console, and of each page of its configuration, unfolded."""
    found = []
    for tab in TABS:
        panel.locator(f'[data-tab="{tab}"]').click()
        settled(panel)
        pages = panel.locator(".ldc-side button")
        for index in range(max(pages.count(), 1)):
            if pages.count():
                pages.nth(index).click()
                settled(panel)
            panel.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
            told = serious_findings(panel.page, ".ldc-panel", rules)
            found += [f"{tab} {index} {one}" for one in told]
    return found


def settled(panel: Locator) -> None:
    expect(panel).not_to_have_attribute("aria-busy", "true", timeout=PATIENCE_MS)


def test_axe_sees_what_is_wrong(page: Page) -> None:
    page.set_content('<main><button></button><p style="color:#aaa">Hardly to be read</p></main>')
    assert [one.split(":")[0] for one in serious_findings(page, "main")] == [
        "button-name",
        "color-contrast",
    ]


def test_nothing_that_a_lab_shows_shuts_anybody_out(page: Page, course: Course) -> None:
    open_notebook(page, course, [FIRST, *SHOWN])
    mark_outputs(page)
    found = []
    for name, rules in ((LIGHT, ()), (DARK, CONTRAST)):
        theme(page, name)
        for number, cell in enumerate(SHOWN, 1):
            told = serious_findings(page, f'[data-looked-at="{number}"]', rules)
            found += [f"{name}, {cell}: {one}" for one in told]
        for selector in (".lambda-dojo-map", ".ldc-overview", ".ldb-bill"):
            found += [f"{name}, {selector}: {one}" for one in page.evaluate(FAINT, selector)]
        told = findings_in_tabs(page.locator(".ldc").first, rules)
        found += [f"{name}, console: {one}" for one in told]
    assert found == [], "\n\n".join(found)
    read_the_map_with_keys_alone(page)


def read_the_map_with_keys_alone(page: Page) -> None:
    drawn = page.locator(".lambda-dojo-map")
    expect(drawn.locator("li").first).to_contain_text("permission missing")
    drawn.locator("details").evaluate("e => (e.open = false)")
    drawn.focus()
    expect(drawn).to_be_focused()
    page.keyboard.press("Tab")
    expect(drawn.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(drawn.locator("tbody tr").first).to_be_visible()


def test_the_progress_page_shuts_nobody_out(page: Page, course: Course) -> None:
    progress = course.workspace / "PROGRESS.html"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(progress.as_uri())
        found = serious_findings(page, "html")
        assert found == [], f"{scheme}\n" + "\n\n".join(found)
