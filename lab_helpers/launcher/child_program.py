"""A program of ours as a child process: started, waited for until it answers, ended whole."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

import psutil

from lab_helpers.errors import DojoError
from lab_helpers.launcher import processes

Answer = TypeVar("Answer")


class Stopped(Exception):
    """The learner asked to stop while something was still starting."""


class ChildProgram:
    """What the embedded cloud and JupyterLab have in common for the launcher.

    Attributes:
        log: what the program writes to standard error; kept after it has ended.
    """

    name: ClassVar[str]
    """For error messages: begins a sentence."""
    log_name: ClassVar[str]
    start_limit_s: ClassVar[float]
    stop_patience_s: ClassVar[float]

    def __init__(
        self,
        state: Path,
        environment: Mapping[str, str],
        *,
        on_start: Callable[[int], None],
        program: Sequence[str],
    ) -> None:
        """``on_start`` hears the pid at once, before anything can go wrong."""
        self._program = program
        self._state = state
        self._environment = environment
        self._on_start = on_start
        self._process: subprocess.Popen[bytes] | None = None
        self.log = state / "logs" / self.log_name

    def exit_status(self) -> int | None:
        """None while it runs."""
        return None if self._process is None else self._process.poll()

    def stop(self, hurry: Callable[[], bool]) -> None:
        """End it with all that it has started, by force where it takes too long or ``hurry()``."""
        if self._process is None:
            return
        whole = processes.tree(self._process.pid)
        if self._process.poll() is None:
            self._ask_to_end(whole)
        processes.end_tree(whole, patience_s=self.stop_patience_s, hurry=hurry)
        self._process.wait()

    def _ask_to_end(self, whole: list[psutil.Process]) -> None:
        if whole:
            processes.ask_to_end(whole[0])

    def _launch(
        self,
        options: Sequence[str],
        environment: Mapping[str, str],
        *,
        folder: Path,
        out: Path,
        look: Callable[[], Answer | None],
        stopping: Callable[[], bool],
    ) -> Answer:
        """Start it in ``folder``; what ``look`` finds once it answers.

        Raises:
            DojoError: it ended or did not answer in time; holds the end of its log.
            Stopped: ``stopping()`` became true.
        """
        self.log.unlink(missing_ok=True)
        process = self._process = processes.start(
            [*self._program, *options],
            environment=environment,
            folder=folder,
            out=out,
            errors=self.log,
        )
        self._on_start(process.pid)
        deadline = time.monotonic() + self.start_limit_s
        while time.monotonic() < deadline:
            if (answer := look()) is not None:
                return answer
            if stopping():
                raise Stopped
            if process.poll() is not None:
                raise DojoError(
                    f"{self.name} ended (exit status {process.returncode}) before it answered.",
                    why=processes.last_lines(self.log),
                    now="lambda-dojo doctor",
                )
            time.sleep(processes.POLL_S)
        raise DojoError(
            f"{self.name} did not answer within {self.start_limit_s:.0f} s.",
            why=processes.last_lines(self.log) or "Its log is empty: the machine may be very busy.",
            now="Try again; if it stays so: lambda-dojo doctor",
        )
