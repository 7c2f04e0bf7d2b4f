"""``lambda-dojo labs | check | hint | solution | reset`` on the learner's record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from lab_helpers.cli import labs
from lab_helpers.errors import DojoError
from lab_helpers.grading.expectations import Unmet
from lab_helpers.notebook import open_lab
from lab_helpers.notebook.open_lab import OpenLab
from lab_helpers.progress import ProgressLog
from tests.grading.stand_ins import BACKEND, LAB, holds, judge, raises


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command on a lab whose first step passes and whose second does not."""
    told = judge([holds], [raises(Unmet("nothing_yet"))])
    monkeypatch.setattr(open_lab, "Judge", lambda _: told)
    monkeypatch.setenv("LAMBDA_DOJO_HOME", str(tmp_path))
    monkeypatch.delenv("LANG_UI", raising=False)
    monkeypatch.chdir(tmp_path)

    def opened(lab: str, lang: str | None, backend: str | None, workspace: Path | None) -> OpenLab:
        progress = ProgressLog(tmp_path / "progress.jsonl")
        return OpenLab(LAB, BACKEND, tmp_path, progress, lang or "en")

    app = typer.Typer()
    labs.register(app)

    def invoke(*arguments: str, real: bool = False) -> Any:
        if not real:
            monkeypatch.setattr(labs, "_open", opened)
        return CliRunner().invoke(app, list(arguments))

    return invoke


def test_check_exits_0_only_when_all_that_was_asked_passed(run: Any) -> None:
    assert run("check", "sample", "first").exit_code == 0
    assert run("check", "sample", "second").exit_code == 1
    whole = run("check", "sample")
    assert whole.exit_code == 1
    assert "✓ First: Passed" in whole.output
    assert "○ Second: Not attempted yet" in whole.output


def test_check_prints_one_json_document(run: Any) -> None:
    done = run("check", "sample", "--json", "--lang", "ja")
    document = json.loads(done.output)
    assert done.exit_code == 1
    assert document["schema"] == "lambda-dojo/check/1"
    assert [step["outcome"] for step in document["steps"]] == ["passed", "not_attempted"]
    assert document["steps"][0]["title"] == "最初"


def test_hints_and_solutions_come_as_in_the_notebook(run: Any) -> None:
    assert "a hint" in run("hint", "sample", "first").output
    assert "plain" in run("hint", "sample", "first").output
    assert "reveal" in run("solution", "sample", "first").output


def test_labs_needs_no_cloud(run: Any) -> None:
    listed = run("labs", real=True)
    assert listed.exit_code == 0
    assert "create_function" in listed.output
    ids = [lab["id"] for lab in json.loads(run("labs", "--json", real=True).output)]
    assert ids[:2] == ["create_function", "s3_event_notification"]


def test_without_a_cloud_the_error_says_how_to_start_one(run: Any) -> None:
    done = run("check", "create_function", real=True)
    assert isinstance(done.exception, DojoError)
    assert "lambda-dojo cloud run" in str(done.exception)


def test_an_unknown_language_is_refused(run: Any) -> None:
    assert isinstance(run("labs", "--lang", "fr", real=True).exception, DojoError)
