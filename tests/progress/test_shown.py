"""The table, the page and the report: whole, escaped, in both languages, true to the record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lab_helpers.progress import CourseStanding, course_standing
from lab_helpers.progress.page import progress_page, score_report
from lab_helpers.progress.page_file import refresh_page
from lab_helpers.progress.table import PLAIN_BLOCKS, bar, progress_table
from tests.fakes import FakeClock
from tests.notebook.test_open_lab import Balanced
from tests.progress.course import BEGUN, LABS, log_in
from tests.test_catalog import write_lab


@pytest.fixture
def standing(tmp_path: Path) -> CourseStanding:
    log = log_in(tmp_path)
    log.append("quiz", "sample", answers={"a": "b", "c": "a"}, right=["a"], questions=3)
    log.append("hint", "sample", "first", level=2)
    log.append("check", "sample", "first", outcome="incorrect")
    log.append("check", "sample", "first", outcome="passed")
    log.append("solution", "sample", "second")
    return course_standing(LABS, log)


def test_the_table_has_a_bar_per_lab_and_says_where_to_go_on(standing: CourseStanding) -> None:
    lines = progress_table(standing, "en").splitlines()
    assert re.fullmatch(r" 1  Sample +█{8}░{12}  40%     2/5  Steps 1/2", lines[0])
    assert re.fullmatch(r" 2  Other <lab> +░{20}   0%     0/5  Steps 0/2", lines[1])
    assert "2/10" in lines[2]
    assert lines[-1] == "Go on with: 1. Sample, “Second” (01_sample/sample.en.ipynb)"
    assert "次は：1. 見本「次」" in progress_table(standing, "ja")
    assert "########....." in progress_table(standing, "en", PLAIN_BLOCKS)


def test_columns_stay_in_line_where_characters_are_wide(standing: CourseStanding) -> None:
    first, second, *_ = progress_table(standing, "ja").splitlines()
    assert first.index("█") + len("見本") == second.index("░") + len("別のラボ")


@pytest.mark.parametrize(
    ("fraction", "filled"), [(0.0, 0), (0.001, 1), (0.5, 10), (0.999, 19), (1.0, 20)]
)
def test_a_bar_is_full_only_when_all_is_done(fraction: float, filled: int) -> None:
    assert bar(fraction).count("█") == filled


@pytest.mark.parametrize("language", ["en", "ja"])
def test_page_and_report_are_whole_and_fetch_nothing(
    standing: CourseStanding, language: str
) -> None:
    for html in (
        progress_page(standing, language, BEGUN),
        score_report(standing, language, BEGUN, "<b>花子</b>"),
    ):
        parser = Balanced()
        parser.feed(
            html.replace("<!doctype html>", "")
            .replace('<meta charset="utf-8">', "")
            .replace('<meta name="viewport" content="width=device-width">', "")
        )
        assert parser.open == []
        assert f'<html lang="{language}">' in html
        assert "<lab>" not in html
        assert "<ラボ>" not in html
        assert "<b>花子" not in html
        assert not re.search(r"<script|https?://|url\(|src=", html)


def test_the_report_tells_points_help_and_tries_and_that_it_proves_nothing(
    standing: CourseStanding,
) -> None:
    html = score_report(standing, "en", BEGUN, "Hana")
    assert "Learner: Hana" in html
    assert "Total: 2/10" in html
    assert "Warm-up: 1 of 2 right" in html
    assert '<td class="passed">✓ passed</td><td class="number">2/2</td><td>2</td>' in html
    assert "solution shown" in html
    assert "carries no signature" in html
    assert "署名はありません" in score_report(standing, "ja", BEGUN)


def test_the_page_is_kept_in_the_workspace_and_only_there(tmp_path: Path) -> None:
    labs = tmp_path / "labs"
    write_lab(labs, "03_sample")
    log = log_in(tmp_path / "workspace")
    log.append("check", "sample", "first", outcome="passed")
    page = refresh_page(log, "ja", labs, FakeClock(BEGUN))
    assert page == tmp_path / "workspace" / "PROGRESS.html"
    assert "見本" in page.read_text(encoding="utf-8")
    elsewhere = log_in(tmp_path / "home")
    elsewhere.path = tmp_path / "home" / "progress.jsonl"
    assert refresh_page(elsewhere, "ja", labs) is None


def test_a_page_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    log = log_in(tmp_path / "workspace")
    (tmp_path / "workspace" / "PROGRESS.html").mkdir(parents=True)
    write_lab(tmp_path / "labs", "03_sample")
    assert refresh_page(log, "en", tmp_path / "labs") is None
    assert list((tmp_path / "workspace").iterdir()) == [tmp_path / "workspace" / "PROGRESS.html"]
