"""The embedded cloud as a child process of the launcher."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from lab_helpers.launcher import processes
from lab_helpers.launcher.starting import first_answer

START_LIMIT_S = 60.0
PROGRAM = (sys.executable, "-P", "-m", "lab_helpers", "cloud", "run")
_PRINTED = ("endpoint", "region", "account_id", "access_key_id", "secret_access_key")
STOP_PATIENCE_S = 8.0


@dataclass(frozen=True)
class CloudAccess:
    """What a client needs to reach a cloud: the keys of ``cloud run --json``."""

    endpoint: str
    region: str
    account_id: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)


class CloudProcess:
    """``lambda-dojo cloud run`` of this same interpreter."""

    def __init__(
        self,
        state: Path,
        environment: Mapping[str, str],
        *,
        on_start: Callable[[int], None],
        program: Sequence[str] = PROGRAM,
    ) -> None:
        """``on_start`` hears the pid at once, before anything can go wrong."""
        self._program = program
        self._state = state
        self._environment = environment
        self._on_start = on_start
        self._process: subprocess.Popen[bytes] | None = None
        self.log = state / "logs" / "cloud.log"

    def start(
        self, port: int, *, stopping: Callable[[], bool], again: CloudAccess | None = None
    ) -> CloudAccess:
        """Start the cloud and wait for its answer.

        Args:
            port: 0 for any that is free.
            again: after a crash, the access that the new process must answer to.

        Raises:
            DojoError: it ended or did not answer in time; holds the end of its log.
            Stopped: ``stopping()`` became true.
        """
        out = self._state / "cloud-access.json"
        out.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        argv: Sequence[str] = [
            *self._program,
            "--json",
            *("--port", str(port)),
            *("--account", str(self._state / "account")),
        ]
        environment = {**self._environment, **(_keys(again) if again else {})}
        self._process = processes.start(
            argv, environment=environment, folder=self._state, out=out, errors=self.log
        )
        self._on_start(self._process.pid)
        try:
            return first_answer(
                self._process,
                lambda: read_access(out),
                name="The embedded cloud",
                log=self.log,
                limit_s=START_LIMIT_S,
                stopping=stopping,
            )
        finally:
            out.unlink(missing_ok=True)

    def exit_status(self) -> int | None:
        """None while it runs."""
        return None if self._process is None else self._process.poll()

    def stop(self, hurry: Callable[[], bool]) -> None:
        """End it, its functions first by its own order, by force where it does not."""
        if self._process is None:
            return
        whole = processes.tree(self._process.pid)
        if self._process.poll() is None:
            processes.ask_to_end(psutil.Process(self._process.pid))
        processes.end_tree(whole, patience_s=STOP_PATIENCE_S, hurry=hurry)
        self._process.wait()


def read_access(out: Path) -> CloudAccess | None:
    """The cloud's one line of JSON; None until it is written whole."""
    try:
        line, end, _rest = out.read_text(encoding="utf-8").partition("\n")
        if not end:
            return None
        facts = json.loads(line)
        return CloudAccess(**{name: str(facts[name]) for name in _PRINTED})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def port_is_free(port: int) -> bool:
    """Whether a server may listen at ``port`` of the loopback interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            # As servers do: a connection of the last run in TIME_WAIT does not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _keys(access: CloudAccess) -> dict[str, str]:
    """As variables: every user of the machine sees command lines."""
    return {
        "LAMBDA_DOJO_ACCESS_KEY_ID": access.access_key_id,
        "LAMBDA_DOJO_SECRET_ACCESS_KEY": access.secret_access_key,
    }
