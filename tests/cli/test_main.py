"""The command line as a whole: quick help, errors in words, exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import lab_helpers.cli as cli
from lab_helpers.errors import DojoError


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lab_helpers", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        **options,  # type: ignore[call-overload]
    )


def test_help_names_every_family() -> None:
    answer = run("--help")
    assert answer.returncode == 0
    for command in ("up", "doctor", "cloud", "check", "author"):
        assert f"\n  {command} " in answer.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, lab_helpers.cli; heavy = {'boto3', 'botocore', 'moto', 'httptools', 'IPython',"
        " 'ipywidgets', 'jupytext', 'nbclient', 'nbformat', 'rich', 'jupyterlab'};"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_running_a_cloud_imports_neither_typer_nor_moto_before_it_answers() -> None:
    code = (
        "import sys; import lab_helpers.cli, lab_helpers.cli.cloud_run, "
        "lab_helpers.emulator.foreground; heavy = {'boto3', 'botocore', 'moto', 'pydantic', "
        "'typer', 'werkzeug'}; print(sorted(heavy & sys.modules.keys()))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_the_version_is_the_installed_one() -> None:
    assert run("--version").stdout == f"lambda-dojo {version('lambda-dojo')}\n"


def test_an_error_of_ours_is_three_lines_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    answer = run("up", "--no-browser", "--workspace", str(tmp_path / "file"))
    assert answer.returncode == 1
    what, why, now = answer.stderr.splitlines()
    assert "cannot be the workspace" in what
    assert why.startswith("  Why: ")
    assert now.startswith("  Now: ")


@pytest.mark.parametrize("arguments", [["nonsense"], ["up", "--lang", "fr"], ["up", "--port", "x"]])
def test_wrong_usage_has_exit_status_2(arguments: list[str]) -> None:
    answer = run(*arguments)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


def test_text_that_a_terminal_cannot_show_is_no_crash(tmp_path: Path) -> None:
    arguments = ["up", "--no-browser", "--workspace", "作業場/ファイル"]
    (tmp_path / "作業場").write_text("", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LANG_UI": "ja"}
    answer = run(*arguments, env=environment, cwd=tmp_path)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert "Now: " in answer.stderr


def test_main_turns_an_error_into_exit_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise DojoError("It broke.", why="Because.", now="Mend it.")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    assert capsys.readouterr().err == "It broke.\n  Why: Because.\n  Now: Mend it.\n"
