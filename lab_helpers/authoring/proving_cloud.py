"""The cloud that labs are proved on: started for the purpose, ended afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab_helpers.backends.backend import Backend
from lab_helpers.backends.embedded import embedded_backend
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings

START_LIMIT_S = 60.0
END_LIMIT_S = 10.0


@dataclass(frozen=True)
class ProvingCloud:
    """A running cloud that nobody else uses.

    Attributes:
        environment: in which another process joins the same cloud.
    """

    backend: Backend
    environment: dict[str, str]


@contextmanager
def proving_cloud(home: Path, time_scale: int) -> Iterator[ProvingCloud]:
    """An embedded cloud of its own, registered under ``home``.

    Args:
        time_scale: how many times shorter AWS's waits are.

    Raises:
        DojoError: it does not start.
    """
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
        "LAMBDA_DOJO_HOME": str(home),
        "LAB_BACKEND": "embedded",
        "LAMBDA_DOJO_TIME_SCALE": str(time_scale),
    }
    environment.pop("LAMBDA_DOJO_ENDPOINT", None)
    log_path = home / "cloud.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "lab_helpers", "cloud", "run"),
                *("--port", "0", "--json", "--parent-pid", str(os.getpid())),
            ],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
        )
        try:
            environment["LAMBDA_DOJO_ENDPOINT"] = _endpoint(process, log_path)
            backend = embedded_backend(
                Settings.from_environment(environment), environment, start=False
            )
            yield ProvingCloud(backend, environment)
        finally:
            _end(process)


def _endpoint(process: subprocess.Popen[bytes], log_path: Path) -> str:
    assert process.stdout is not None
    too_late = threading.Timer(START_LIMIT_S, process.kill)
    too_late.start()
    line = process.stdout.readline()  # nothing comes once the timer has ended the process
    too_late.cancel()
    try:
        return str(json.loads(line)["endpoint"])
    except (ValueError, KeyError) as error:
        raise DojoError(
            "The embedded cloud did not start, so nothing can be proved.",
            why=log_path.read_text(errors="replace").strip()[-2000:] or "It said nothing.",
            now="See what it says: lambda-dojo cloud run --port 0",
        ) from error


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
