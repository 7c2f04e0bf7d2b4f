"""Other local clouds, started for the comparison and ended after it.

MiniStack comes from PyPI into an environment of its own, kept in the user's cache folder;
LocalStack is the one of ``tests/localstack``. Another version of either is looked at where it
already runs: name its URL in ``PARITY_LOCALSTACK_URL`` or ``PARITY_MINISTACK_URL``.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.backends.health import ask_health
from tests.cloud_process import clean_environment, eventually
from tests.parity.clouds import ParityCloud

MINISTACK = "ministack==1.5.33"
START_PATIENCE_S = 60.0
ACCOUNT_ID = "000000000000"


def named_url(name: str) -> str:
    """Of a peer that runs already; empty where none is named."""
    return os.environ.get(f"PARITY_{name.upper()}_URL", "").rstrip("/")


@contextlib.contextmanager
def ministack(folder: Path) -> Iterator[ParityCloud]:
    """Skips, with the reason, where it cannot be installed."""
    if url := named_url("ministack"):
        yield cloud_at("ministack", url)
        return
    with _ministack(folder) as url:
        yield cloud_at("ministack", url)


def cloud_at(name: str, url: str) -> ParityCloud:
    """A busy machine's cloud takes its time: it is asked again."""

    def look() -> Any:
        with contextlib.suppress(OSError):
            return ask_health(url)

    health = eventually(look, START_PATIENCE_S)
    return ParityCloud(name, health.version, url, ACCOUNT_ID)


@contextlib.contextmanager
def _ministack(folder: Path) -> Iterator[str]:
    python = _ministack_python()
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "ministack.log").open("wb") as log:
        process = subprocess.Popen(
            [str(python), "-m", "ministack"],
            env=clean_environment(folder)
            | {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "TMPDIR": str(folder)},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_it_answers(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def _ministack_python() -> Path:
    """Of an environment that holds MiniStack; made at the first use."""
    if given := os.environ.get("MINISTACK_PYTHON"):
        return Path(given)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = f"{MINISTACK.replace('==', '-')}-py{sys.version_info.minor}"
    home = cache / "lambda-dojo-tests" / folder
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = home / "ready"
    if not ready.exists():
        venv.create(home, with_pip=True, clear=True)
        # Functions of MiniStack run on this interpreter and expect boto3 there, as at AWS.
        install = [str(python), "-m", "pip", "install", "-q", MINISTACK, "boto3"]
        done = subprocess.run(install, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            pytest.skip(f"{MINISTACK} cannot be installed: {done.stderr.strip()[-200:]}")
        ready.touch()
    return python


def _free_port() -> int:
    """Outside of what outgoing connections take."""
    for port in range(24_600, 24_700):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port from 24600 to 24699")


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if ask_health(url) is not None:
                return
        time.sleep(0.1)
    raise AssertionError(f"MiniStack did not answer at {url} (exit status {process.poll()})")
