"""Which Python runs a function, and what is said when it is not the one that was asked for."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.emulator.runtime.interpreters import (
    Interpreter,
    InterpreterFinder,
    host_interpreter,
)

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts as interpreters")
HOST = f"python3.{sys.version_info[1]}"


def script(path: Path, version: str, kind: str = "cpython") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {kind}\necho {version}\necho {path}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No Python on PATH, none of pyenv or uv."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_host_s_own_version_is_the_host_outside_of_any_venv() -> None:
    found = InterpreterFinder().find(HOST)
    assert found == host_interpreter()
    assert found.note == ""
    probe = "import sys; print(sys.prefix == sys.base_prefix)"
    answer = subprocess.run([found.executable, "-c", probe], capture_output=True, text=True)
    assert answer.stdout.strip() == "True"


def test_a_version_that_is_missing_runs_on_the_host_s_and_says_so(bare_machine: Path) -> None:
    finder = InterpreterFinder(Interpreter(Path("/host/python"), "3.11.7"))
    found = finder.find("python3.13")
    assert found.executable == Path("/host/python")
    assert found.note == (
        "python3.13 requested; this machine has no Python 3.13, running on 3.11.7"
    )
    assert finder.known("python3.13") == found


@posix_only
def test_a_matching_version_on_the_path_is_taken(bare_machine: Path) -> None:
    path = script(bare_machine / "bin" / "python3.13", "3.13.2")
    finder = InterpreterFinder(Interpreter(Path("/host/python"), "3.11.7"))
    assert finder.known("python3.13") is None
    assert finder.find("python3.13") == Interpreter(path, "3.13.2")


@posix_only
def test_pyenv_s_newest_matching_version_is_taken(bare_machine: Path) -> None:
    versions = bare_machine / "pyenv" / "versions"
    script(versions / "3.13.2" / "bin" / "python3.13", "3.13.2")
    newest = script(versions / "3.13.10" / "bin" / "python3.13", "3.13.10")
    finder = InterpreterFinder(Interpreter(Path("/host/python"), "3.11.7"))
    assert finder.find("python3.13").executable == newest


@posix_only
@pytest.mark.parametrize(("version", "kind"), [("3.12.1", "cpython"), ("3.13.0", "other")])
def test_what_does_not_match_is_passed_over(bare_machine: Path, version: str, kind: str) -> None:
    script(bare_machine / "bin" / "python3.13", version, kind)
    finder = InterpreterFinder(Interpreter(Path("/host/python"), "3.11.7"))
    assert "no Python 3.13" in finder.find("python3.13").note


@posix_only
def test_a_command_that_fails_is_passed_over(bare_machine: Path) -> None:
    path = bare_machine / "bin" / "python3.13"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\nexit 127\n")
    path.chmod(0o755)
    finder = InterpreterFinder(Interpreter(Path("/host/python"), "3.11.7"))
    assert "no Python 3.13" in finder.find("python3.13").note


@pytest.mark.parametrize("minor", range(9, 16))
def test_a_function_runs_on_every_python_of_this_machine(bench: Any, minor: int) -> None:
    runtime = f"python3.{minor}"
    if InterpreterFinder().find(runtime).note:
        pytest.skip(f"this machine has no Python 3.{minor}")
    source = """
        import logging, sys
        def handler(event, context):
            logging.warning("logged")
            if event == "fail":
                raise ValueError("failed")
            return [sys.version_info[1], str(context.get_remaining_time_in_millis() > 0), "é"]
    """
    good, bad = bench.invoke(source, "go", "fail", runtime=runtime)
    assert json.loads(good.payload) == [minor, "True", "é"]
    assert ("é".encode() in good.payload) is (minor >= 12)
    assert json.loads(bad.payload)["errorType"] == "ValueError"
    assert [line.split("\t")[0] for line in bench.logs()[:2]] == ["[WARNING]", "[WARNING]"]
