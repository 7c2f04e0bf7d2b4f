"""The floors: what this machine needs at least, with nothing of a cloud in it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from benchmarks.contender import Contender
from benchmarks.measure import repeated
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
    """A bare interpreter, as a process that does nothing and as one that loads boto3.

    Bare means ``-S``: what is installed into the machine's Python may do things at each start,
    and a function's process starts without it too.
    """

    @cached_property
    def _environ(self) -> dict[str, str]:
        return clean_environment(Path(tempfile.gettempdir()), AWS_DEFAULT_REGION="us-east-1")

    def pass_ms(self, times: int) -> Iterator[float]:
        """``python -S -c pass``, from its start to its end."""
        return repeated(lambda: self._run(base_python(), "-S", "-c", "pass"), times)

    def boto3_client_ms(self, times: int) -> Iterator[float]:
        """``python -c "import boto3; boto3.client('s3')"``."""
        code = "import boto3; boto3.client('s3')"
        return repeated(lambda: self._run(sys.executable, "-c", code), times)

    def memory_mib(self) -> Iterator[float]:
        """A bare interpreter that waits."""
        waiting = subprocess.Popen(
            [base_python(), "-S", "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
            env=self._environ,
        )
        try:
            time.sleep(_SETTLE_S)
            yield tree_mib(waiting.pid)
        finally:
            waiting.communicate()

    def _run(self, python: str, *arguments: str) -> None:
        subprocess.run([python, *arguments], env=self._environ, check=True, timeout=60)
