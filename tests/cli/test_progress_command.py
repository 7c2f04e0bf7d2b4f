"""``lambda-dojo progress`` and what hangs on it: no cloud is needed for any of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lab_helpers.cli import app
from lab_helpers.errors import DojoError
from lab_helpers.progress import ProgressLog


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    (folder / ".lambda-dojo").mkdir(parents=True)
    monkeypatch.setenv("LAMBDA_DOJO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LANG_UI", raising=False)
    monkeypatch.chdir(folder)
    log = ProgressLog(folder / ".lambda-dojo" / "progress.jsonl")
    log.append("check", "create_function", "create_role", outcome="passed")
    return folder


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["progress", *arguments])


def test_it_shows_a_bar_per_lab_and_writes_the_page(workspace: Path) -> None:
    shown = run()
    assert shown.exit_code == 0
    assert "10/100" in shown.output
    assert "Go on with: 1. Your first Lambda function" in shown.output
    assert (workspace / "PROGRESS.html").is_file()
    assert "次は：" in run("--lang", "ja").output


def test_json_is_one_document(workspace: Path) -> None:
    document = json.loads(run("--json").output)
    assert document["create_function"]["points"] == 10
    assert document["create_function"]["steps"]["create_role"]["passed"]


def test_export_import_and_report(workspace: Path, tmp_path: Path) -> None:
    assert run("export", "mine.jsonl").exit_code == 0
    other = tmp_path / "other"
    (other / ".lambda-dojo").mkdir(parents=True)
    done = run("--workspace", str(other), "import", "mine.jsonl")
    assert "1 events added" in done.output
    assert "10/100" in run("--workspace", str(other)).output
    assert run("--lang", "ja", "report", "report.html", "--name", "花子").exit_code == 0
    html = (workspace / "report.html").read_text(encoding="utf-8")
    assert "花子" in html
    assert '<html lang="ja">' in html


def test_a_report_does_not_replace_a_file_unasked(workspace: Path) -> None:
    (workspace / "report.html").write_text("mine")
    assert run("report", "report.html").exit_code == 2
    assert (workspace / "report.html").read_text() == "mine"
    assert run("report", "report.html", "--force").exit_code == 0


def test_an_import_of_something_else_is_refused_in_words(workspace: Path) -> None:
    (workspace / "essay.txt").write_text("x")
    assert isinstance(run("import", "essay.txt").exception, DojoError)
