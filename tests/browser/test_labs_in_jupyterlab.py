"""What a learner sees: JupyterLab in a real browser, a lab run to its end, every step passed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from playwright.sync_api import Page, expect

from lab_helpers.authoring.lab_source import LabSource
from lab_helpers.authoring.solution_fill import fill_notebook
from lab_helpers.catalog import Lab, load_lab
from tests.browser.course import Course, chromium
from tests.browser.jupyterlab import (
    PICTURES,
    need_chromium,
    wait_for_kernel,
)

# One group: two browsers at once would keep a small machine from being in time.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PROJECT = Path(__file__).resolve().parents[2]
LAB = PROJECT / "labs" / "02_s3_event_notification"
RUN_MENU = {"en": "Run", "ja": "実行"}
RUN_PATIENCE_MS = 240_000


@pytest.fixture(autouse=True)
def _browser_is_there() -> None:
    need_chromium()


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def course(tmp_path: Path, language: str) -> Iterator[Course]:
    course = Course(tmp_path, language)
    yield course
    course.close()


def test_a_learner_runs_a_lab_to_its_end_and_stops(
    course: Course, language: str, tmp_path: Path
) -> None:
    lab = load_lab(LAB)
    name = f"{lab.id}.{language}.ipynb"
    type_in_the_solutions(course.workspace / LAB.name / name, LabSource(LAB))
    with chromium(tmp_path / "profile") as page:
        page.goto(course.url)
        # The map is rendered, not shown as text; its link opens the lab.
        page.locator(".jp-RenderedMarkdown a", has_text=NATIVE_NAMES[language]).nth(
            lab.order - 1
        ).click(timeout=60_000)
        run_all_cells(page, language)
        see_every_step_passed(page, lab)
        expect(page.locator(".jp-RenderedMermaid img").first).to_be_attached()
        take_pictures(page, language)
    kernels_and_all = course.processes()
    assert len(kernels_and_all) >= 4  # the guard, the cloud, JupyterLab, a kernel
    assert course.stop() == 0
    # A child that has ended may wait a moment for its parent to notice.
    _gone, alive = psutil.wait_procs(kernels_and_all, timeout=5)
    assert [p.cmdline() for p in alive] == []


TYPE_IN_A_TERMINAL = """
async ([base, token, command]) => {
  const made = await fetch(`${base}api/terminals?token=${token}`, {method: "POST"});
  const name = (await made.json()).name;
  const address = `${base.replace("http", "ws")}terminals/websocket/${name}?token=${token}`;
  const socket = new WebSocket(address);
  let shown = "";
  return await new Promise((resolve) => {
    setTimeout(() => resolve(shown), 60000);
    socket.onmessage = (message) => {
      const [kind, text] = JSON.parse(message.data);
      if (kind === "setup") socket.send(JSON.stringify(["stdin", command + "\\r"]));
      if (kind === "stdout") shown += text;
      if (shown.includes("THE" + "-END")) resolve(shown);
    };
  });
}
"""


@pytest.mark.skipif(sys.platform == "win32", reason="types a POSIX shell's commands")
@pytest.mark.parametrize("language", ["en"])
def test_commands_in_jupyterlab_s_terminal_reach_the_course_s_cloud(
    course: Course, tmp_path: Path
) -> None:
    command = (
        "ls README.md && lambda-dojo cloud status; aws sts get-caller-identity; echo THE''-END"
    )
    base, token = course.address
    with chromium(tmp_path / "profile") as page:
        page.goto(course.url)
        shown = page.evaluate(TYPE_IN_A_TERMINAL, [base, token, command])
    assert "running   http://127.0.0.1:" in shown, shown
    assert '"Account": "123456789012"' in shown, shown
    assert course.stop() == 0


NATIVE_NAMES = {"en": "English", "ja": "日本語"}


def type_in_the_solutions(notebook: Path, lab: LabSource) -> None:
    filled = fill_notebook(nbformat.read(notebook, as_version=4), lab)
    nbformat.write(filled, notebook)


def run_all_cells(page: Page, language: str) -> None:
    """Through the menu, whose words are the learner's."""
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible(timeout=60_000)
    wait_for_kernel(page)
    page.locator(".lm-MenuBar-item", has_text=RUN_MENU[language]).first.click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()


def see_every_step_passed(page: Page, lab: Lab) -> None:
    """Wait for each check's report in turn; a step that did not pass shows its report here."""
    reports = page.locator(".jp-OutputArea .lambda-dojo-step")
    deadline = time.monotonic() + RUN_PATIENCE_MS / 1000
    seen: dict[str, str] = {}
    while set(seen) != {step.id for step in lab.steps} and time.monotonic() < deadline:
        for report in reports.all():
            facts = report.evaluate("e => [e.dataset.step, e.dataset.outcome, e.textContent]")
            assert facts[1] == "passed", facts[2]
            seen[facts[0]] = facts[1]
        page.wait_for_timeout(250)
    errors = page.locator('.jp-OutputArea-output[data-mime-type*="error"]').all_inner_texts()
    assert errors == []
    assert set(seen) == {step.id for step in lab.steps}


def take_pictures(page: Page, language: str) -> None:
    if not PICTURES:
        return
    folder = PICTURES
    folder.mkdir(exist_ok=True)
    report = page.locator('.lambda-dojo-step[data-step="thumbnail"]').first
    for _ in range(4):
        # Cells get their real height only when they come into view, which moves the rest.
        report.evaluate("e => e.scrollIntoView({block: 'end'})")
        page.wait_for_timeout(700)
    page.screenshot(path=folder / f"lab-2.{language}.png")
