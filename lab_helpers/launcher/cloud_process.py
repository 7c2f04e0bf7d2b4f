"""The embedded cloud as a child process of the launcher."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab_helpers.launcher.child_program import ChildProgram

PROGRAM = (sys.executable, "-P", "-m", "lab_helpers", "cloud", "run")
_PRINTED = ("endpoint", "region", "account_id", "access_key_id", "secret_access_key")


@dataclass(frozen=True)
class CloudAccess:
    """What a client needs to reach a cloud: the keys of ``cloud run --json``."""

    endpoint: str
    region: str
    account_id: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)


class CloudProcess(ChildProgram):
    """``lambda-dojo cloud run`` of this same interpreter."""

    name = "The embedded cloud"
    log_name = "cloud.log"
    start_limit_s = 60.0
    stop_patience_s = 8.0

    def __init__(
        self,
        state: Path,
        environment: Mapping[str, str],
        *,
        on_start: Callable[[int], None],
        program: Sequence[str] = PROGRAM,
    ) -> None:
        super().__init__(state, environment, on_start=on_start, program=program)

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
        try:
            return self._launch(
                ["--json", "--port", str(port), "--account", str(self._state / "account")],
                {**self._environment, **(_keys(again) if again else {})},
                folder=self._state,
                out=out,
                look=lambda: read_access(out),
                stopping=stopping,
            )
        finally:
            out.unlink(missing_ok=True)


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
