"""The progress page in JupyterLab: beside the map, and true after the next check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lab_helpers.progress import FILE_NAME, STATE_FOLDER, ProgressLog
from lab_helpers.progress.page_file import refresh_page
from tests.browser.course import Course, chromium
from tests.browser.jupyterlab import (
    PICTURES,
    need_chromium,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
TITLES = {"en": "Your progress", "ja": "学習の進み具合"}


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    need_chromium()
    return str(request.param)


@pytest.fixture
def course(tmp_path: Path, language: str) -> Iterator[Course]:
    course = Course(tmp_path, language)
    yield course
    course.close()


def test_the_map_names_the_page_and_the_page_follows_the_record(
    course: Course, language: str, tmp_path: Path
) -> None:
    with chromium(tmp_path / "profile") as page:
        page.goto(course.url)
        said = page.locator(".jp-RenderedMarkdown code", has_text="PROGRESS.html").first
        expect(said).to_be_visible(timeout=60_000)
        page.locator(".jp-DirListing-item", has_text="PROGRESS.html").dblclick(timeout=60_000)
        shown = page.frame_locator(".jp-HTMLViewer iframe")
        expect(shown.locator("h1")).to_have_text(TITLES[language], timeout=30_000)
        expect(shown.locator("section")).to_have_count(len(list_labs(course)))
        log = ProgressLog(course.workspace / STATE_FOLDER / FILE_NAME)
        log.append("check", "create_function", "create_role", outcome="passed")
        refresh_page(log, language)
        page.locator(".jp-Document:has(iframe) [data-jp-item-name=refresh]").first.click()
        expect(shown.locator("section[data-lab=create_function] .passed")).to_have_count(
            1, timeout=30_000
        )
        if PICTURES:
            page.screenshot(path=PICTURES / f"progress.{language}.png")


def list_labs(course: Course) -> list[Path]:
    return list(course.workspace.glob("[0-9][0-9]_*"))
