"""The floors: what this machine needs at least, with nothing of a cloud in it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from functools import cached_property
from pathlib import Path

from benchmarks.contender import Contender
from benchmarks.measure import repeat_ms
from benchmarks.process_memory import tree_mib
from benchmarks.raw_http import Key
from benchmarks.surroundings import clean_environment

FLOOR = "floor"
_SETTLE_S = 0.3


def noop_server() -> Contender:
    """Answers fixed bytes; every client works against it, none of its answers costs anything."""
    return Contender(
        FLOOR,
        "no-op server",
        "",
        _noop_command,
        keeps_resources=False,
        runs_functions=False,
    )


def _noop_command(port: int, key: Key) -> list[str]:
    script = Path(__file__).with_name("noop_server.py")
    return [base_python(), "-I", "-S", str(script), str(port)]


def base_python() -> str:
    """The interpreter below the virtual environment: the one that runs functions."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)


class PythonFloor:
    """A bare interpreter, as a process that does nothing and as one that loads boto3."""

    @cached_property
    def _environ(self) -> dict[str, str]:
        return clean_environment(Path(tempfile.gettempdir()), AWS_DEFAULT_REGION="us-east-1")

    def pass_ms(self, times: int) -> list[float]:
        """``python -c pass``, from its start to its end."""
        return repeat_ms(times, lambda: self._run(base_python(), "pass"))

    def boto3_client_ms(self, times: int) -> list[float]:
        """``python -c "import boto3; boto3.client('s3')"``."""
        return repeat_ms(
            times, lambda: self._run(sys.executable, "import boto3; boto3.client('s3')")
        )

    def memory_mib(self) -> list[float]:
        """A bare interpreter that waits."""
        waiting = subprocess.Popen(
            [base_python(), "-S", "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
            env=self._environ,
        )
        try:
            time.sleep(_SETTLE_S)
            return [tree_mib(waiting.pid)]
        finally:
            waiting.communicate()

    def _run(self, python: str, code: str) -> None:
        subprocess.run([python, "-c", code], env=self._environ, check=True, timeout=60)
