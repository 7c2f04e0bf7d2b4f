"""What measured processes do not inherit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.surroundings import clean_environment


def test_measured_processes_write_bytecode_whatever_the_caller_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    told = subprocess.run(
        [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"],
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"


def test_nothing_of_a_real_account_reaches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "real")
    monkeypatch.setenv("LAMBDA_DOJO_TIME_SCALE", "1")
    environ = clean_environment(tmp_path, LAMBDA_DOJO_HOME="here")
    assert "AWS_PROFILE" not in environ
    assert "LAMBDA_DOJO_TIME_SCALE" not in environ
    assert environ["LAMBDA_DOJO_HOME"] == "here"
