"""Waiting for a child process to answer for the first time."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from lab_helpers.errors import DojoError
from lab_helpers.launcher import processes

Answer = TypeVar("Answer")


class Stopped(Exception):
    """The learner asked to stop while something was still starting."""


def first_answer(
    process: subprocess.Popen[bytes],
    look: Callable[[], Answer | None],
    *,
    name: str,
    log: Path,
    limit_s: float,
    stopping: Callable[[], bool],
) -> Answer:
    """What ``look`` finds once ``process`` answers.

    Args:
        name: of what starts, for error messages: begins a sentence.

    Raises:
        DojoError: it ended or did not answer in time; holds the end of its log.
        Stopped: ``stopping()`` became true.
    """
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if (answer := look()) is not None:
            return answer
        if stopping():
            raise Stopped
        if process.poll() is not None:
            raise DojoError(
                f"{name} ended (exit status {process.returncode}) before it answered.",
                why=processes.last_lines(log),
                now="lambda-dojo doctor",
            )
        time.sleep(processes.POLL_S)
    raise DojoError(
        f"{name} did not answer within {limit_s:.0f} s.",
        why=processes.last_lines(log) or "Its log is empty: the machine may be very busy.",
        now="Try again; if it stays so: lambda-dojo doctor",
    )
