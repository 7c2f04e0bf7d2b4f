"""The function's console in JupyterLab in a real browser: click, see, copy, by keyboard too."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import CONTRAST as CONTRAST_RULES
from tests.browser.axe import serious_findings
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

LAB = "01_create_function"
MAP_CELL = "lab.map()"
CELL = """
from lab_helpers import start_lab
lab = start_lab("create_function", {language!r})
lab.catch_up("cold_and_warm")
lab.console()
"""


@pytest.fixture(scope="module", params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, language: str) -> Iterator[Course]:
    need_chromium()
    course = Course(tmp_path_factory.mktemp(f"course-{language}"), language)
    yield course
    course.close()


@pytest.fixture
def browser(course: Course, tmp_path: Path) -> Iterator[Page]:
    """A page, with JupyterLab's theme as it is at first."""
    with chromium(tmp_path / "profile") as page:
        base, token = course.address
        page.request.put(
            f"{base}lab/api/settings/@jupyterlab/apputils-extension:themes",
            headers={"Authorization": f"token {token}"},
            data={"raw": "{}"},
        )
        yield page


@pytest.fixture
def page(browser: Page, course: Course, language: str) -> Page:
    """JupyterLab with a notebook whose first cell opens the console, the second the map."""
    cells = [CELL.format(language=language), MAP_CELL]
    write_notebook(course.workspace / LAB / "console.ipynb", cells)
    base, token = course.address
    browser.goto(f"{base}lab/tree/{LAB}/console.ipynb?token={token}&reset")
    cell = browser.locator(".jp-NotebookPanel .jp-CodeCell")
    expect(cell.first).to_be_visible(timeout=PATIENCE_MS)
    wait_for_kernel(browser)
    run_cell(browser, 0)
    return browser


def panel_of(page: Page) -> Locator:
    panel = page.locator(".ldc").first
    expect(panel.locator(".ldc-editor")).to_be_visible(timeout=PATIENCE_MS)
    return panel


def go_to(panel: Locator, tab: str) -> None:
    panel.locator(f'[data-tab="{tab}"]').click()
    settled(panel)
    expect(panel.locator(f'[data-tab="{tab}"]')).to_have_attribute("aria-selected", "true")


def settled(panel: Locator) -> None:
    expect(panel).not_to_have_attribute("aria-busy", "true", timeout=PATIENCE_MS)


def press_main(panel: Locator) -> None:
    panel.locator(".ldc-panel button.ldc-main:visible").first.click()
    settled(panel)


def test_a_test_shows_the_result_and_an_edit_runs_once_it_is_deployed(page: Page) -> None:
    panel = panel_of(page)
    go_to(panel, "test")
    panel.locator("textarea").fill('{"name": "Aiko"}')
    press_main(panel)
    expect(panel.locator("h4.ldc-succeeded")).to_be_visible(timeout=PATIENCE_MS)
    expect(panel.locator(".ldc-log")).to_contain_text("REPORT RequestId")
    expect(panel.locator(".ldc-called")).to_contain_text('Payload=json.dumps({"name": "Aiko"})')

    go_to(panel, "code")
    panel.locator(".ldc-editor").fill("def lambda_handler(event, context):\n    return 'edited'\n")
    expect(panel.locator(".ldc-panel")).to_contain_text("●")
    press_main(panel)
    expect(panel.locator(".ldc-called")).to_contain_text("update_function_code")
    go_to(panel, "test")
    expect(panel.locator("textarea")).to_have_value('{"name": "Aiko"}')
    press_main(panel)
    expect(panel.locator(".ldc-response")).to_have_text('"edited"', timeout=PATIENCE_MS)

    go_to(panel, "monitor")
    expect(panel.locator(".ldc-charts svg")).to_have_count(5)
    expect(panel.locator(".ldc-link").first).to_be_visible()
    panel.locator(".ldc-link").first.click()
    expect(panel.locator(".ldc-panel")).to_contain_text("START RequestId")
    go_to(panel, "configuration")
    for name in panel.locator(".ldc-side button").evaluate_all(
        "all => all.map(b => b.dataset.page)"
    ):
        panel.locator(f'[data-page="{name}"]').click()
        settled(panel)
        expect(panel.locator(".ldc-status.ldc-failed")).to_have_count(0)


CONTRAST = """
(root) => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const e of root.querySelectorAll("*")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest("svg") || e.closest(":disabled") || !e.offsetParent) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${e.tagName} "${e.textContent.slice(0, 30)}" ${ratio.toFixed(2)}`);
  }
  return poor;
}
"""


@pytest.mark.parametrize("language", ["en"], indirect=True, scope="module")
def test_it_is_used_with_the_keyboard_alone_and_read_in_both_themes(page: Page) -> None:
    panel = panel_of(page)
    panel.locator('[data-tab="code"]').focus()
    for key, tab in [("ArrowRight", "test"), ("End", "versions"), ("Home", "code")]:
        page.keyboard.press(key)
        chosen = panel.locator(f'[data-tab="{tab}"]')
        expect(chosen).to_be_focused(timeout=PATIENCE_MS)
        expect(chosen).to_have_attribute("aria-selected", "true")
    outline = chosen.evaluate(
        "e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth"
    )
    assert outline == "solid2px"
    # A letter chooses in a list; it is no shortcut of JupyterLab's that makes a cell.
    panel.locator("select").first.focus()
    page.keyboard.press("b")
    panel.locator('[data-tab="code"]').focus()
    page.keyboard.press("a")
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell")).to_have_count(2)
    page.keyboard.press("Control+s")
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0, timeout=PATIENCE_MS)
    # In the editor a letter is a letter, not a shortcut of JupyterLab; Tab indents until Escape.
    panel.locator(".ldc-editor").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Tab")
    page.keyboard.type("dd")
    expect(panel.locator(".ldc-editor")).to_have_value(re.compile("^    dd"))
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(panel.locator(".ldc-editor")).not_to_be_focused()
    page.locator(".jp-NotebookPanel .jp-CodeCell").first.wait_for()
    # Test, with keys only: to the tab, and on to the button.
    panel.locator('[data-tab="code"]').focus()
    page.keyboard.press("ArrowRight")
    expect(panel.locator('[data-tab="test"]')).to_be_focused(timeout=PATIENCE_MS)
    run = panel.locator(".ldc-panel button.ldc-main")
    for _ in range(8):
        page.keyboard.press("Tab")
        if run.evaluate("e => e === document.activeElement"):
            break
    expect(run).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.locator("h4.ldc-succeeded")).to_be_visible(timeout=PATIENCE_MS)
    unnamed = panel.evaluate(
        """root => [...root.querySelectorAll("button, input, select, textarea")].filter(
             e => !(e.textContent.trim() || e.labels?.length || e.getAttribute("aria-label"))
           ).map(e => e.outerHTML)"""
    )
    assert unnamed == []
    for tab in ("test", "configuration"):
        go_to(panel, tab)
        assert panel.evaluate(CONTRAST) == []
    choose_theme(page, "JupyterLab Dark")
    expect(page.locator('body[data-jp-theme-light="false"]')).to_be_attached(timeout=PATIENCE_MS)
    page.wait_for_timeout(500)
    for tab in ("test", "configuration"):
        go_to(panel, tab)
        assert panel.evaluate(CONTRAST) == []


TITLES = {"en": "Function console", "ja": "関数のコンソール"}
ENDED = {"en": "The kernel of this console has ended", "ja": "カーネルは終了しました"}


def dark_findings(page: Page, selector: str) -> list[str]:
    """What axe-core says of colours in the dark; afterwards it is light again."""
    found = []
    for name, light in (("Dark", "false"), ("Light", "true")):
        choose_theme(page, f"JupyterLab {name}")
        body = page.locator(f'body[data-jp-theme-light="{light}"]')
        expect(body).to_be_attached(timeout=PATIENCE_MS)
        page.wait_for_timeout(500)  # the style sheet of the theme arrives after its name
        if name == "Dark":
            found = serious_findings(page, selector, CONTRAST_RULES)
    return found


def kernels(page: Page, course: Course) -> dict[str, str]:
    """Path of what has a kernel → the kernel's id."""
    base, token = course.address
    headers = {"Authorization": f"token {token}"}
    told = page.request.get(f"{base}api/sessions", headers=headers).json()
    return {one["path"]: one["kernel"]["id"] for one in told}


def restart_kernel(page: Page, course: Course, kernel: str) -> None:
    """As another page does, or a script."""
    base, token = course.address
    headers = {"Authorization": f"token {token}"}
    page.request.post(f"{base}api/kernels/{kernel}/restart", headers=headers)


def test_the_launcher_opens_it_as_a_tab_of_its_own_without_code(
    page: Page, course: Course, language: str
) -> None:
    in_notebook = panel_of(page)
    card = page.locator(".jp-LauncherCard", has_text=TITLES[language])
    page.locator('.jp-FileBrowser [data-command="launcher:create"]').first.click()
    card.first.focus()
    page.keyboard.press("Enter")
    own = page.locator(".lambda-dojo-console-page")
    panel = own.locator(".ldc")
    expect(panel.locator(".ldc-editor")).to_be_visible(timeout=PATIENCE_MS)
    go_to(panel, "test")
    panel.locator("textarea").fill('{"name": "Aiko"}')
    press_main(panel)
    expect(panel.locator("h4.ldc-succeeded")).to_be_visible(timeout=PATIENCE_MS)
    expect(panel.locator(".ldc-called")).to_contain_text("lambda_client.invoke(")
    assert serious_findings(page, ".lambda-dojo-console-page") == []
    if language == "en":  # the menus, too, are in the learner's language
        assert dark_findings(page, ".lambda-dojo-console-page") == []
    if PICTURES:
        page.set_viewport_size({"width": 1280, "height": 1100})
        page.wait_for_timeout(500)
        page.screenshot(path=PICTURES / f"console-page.{language}.png")

    # The notebook leads to it too; it is there again after a reload, with the kernel it had.
    page.locator(".lm-TabBar-tab", has_text="console.ipynb").first.click()
    in_notebook.locator(".ldc-own-page").click()
    expect(panel.locator(".ldc-editor")).to_be_visible(timeout=PATIENCE_MS)
    page.reload()
    expect(panel.locator(".ldc-editor")).to_be_visible(timeout=PATIENCE_MS)
    # Restarted from elsewhere, it says so, by itself or at the next click; one more opens it again.
    restart_kernel(page, course, kernels(page, course)["lambda-dojo-console"])
    again = own.locator("button.jp-mod-accept")
    if panel.locator('[data-tab="test"]').is_visible():
        panel.locator('[data-tab="test"]').click(timeout=PATIENCE_MS)
    expect(own).to_contain_text(ENDED[language], timeout=PATIENCE_MS)
    again.click()
    expect(panel.locator(".ldc-editor")).to_be_visible(timeout=PATIENCE_MS)
    # Its kernel goes with it.
    tab = page.locator(".lm-TabBar-tab", has_text=TITLES[language])
    tab.locator(".lm-TabBar-tabCloseIcon").click()
    expect(own).to_have_count(0)
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while "lambda-dojo-console" in kernels(page, course) and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert "lambda-dojo-console" not in kernels(page, course)


CLOSE_KERNELS = """
async (base) => {
  const token = new URLSearchParams(location.search).get("token") ?? "";
  const headers = { "X-XSRFToken": (document.cookie.match(/_xsrf=([^;]+)/) ?? [])[1] ?? "" };
  const all = await (await fetch(`${base}api/sessions?token=${token}`)).json();
  for (const one of all) {
    await fetch(`${base}api/sessions/${one.id}?token=${token}`, { method: "DELETE", headers });
  }
  return all.length;
}
"""


@pytest.mark.parametrize("language", ["ja"], indirect=True, scope="module")
def test_a_saved_notebook_still_shows_the_function_and_the_map_without_a_kernel(
    page: Page, course: Course
) -> None:
    panel = panel_of(page)
    expect(page.locator(".ldc-still")).to_be_hidden()
    page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content").nth(1).click()
    page.keyboard.press("Shift+Enter")
    drawn = page.locator(".lambda-dojo-map svg").first
    expect(drawn).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("Control+s")
    saved = course.workspace / LAB / "console.ipynb"
    page.wait_for_timeout(2_000)
    text = saved.read_text(encoding="utf-8")
    assert "Konnichiwa" not in text  # the value of an environment variable
    assert "image/svg+xml" in text
    assert page.evaluate(CLOSE_KERNELS, course.address[0]) >= 1
    expect(panel).to_be_attached()
    page.reload()
    still = page.locator(".ldc-still")
    expect(still).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".jp-RenderedSVG").first).to_be_visible()
    expect(page.locator(".lambda-dojo-map svg").first).to_be_visible()
