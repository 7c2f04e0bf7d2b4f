"""A cloud that can be killed and started again in a moment.

Run as a program it imports everything once; for each line on its standard input it forks a child
that serves the account, and prints the child's facts. The child is a whole cloud, killed as a
process is killed; only the second of imports is saved.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from lab_helpers.emulator import kept_account
from lab_helpers.emulator.foreground import open_account, run_cloud
from lab_helpers.emulator.run_file import RunFile
from lab_helpers.settings import Settings

SNAPSHOT_EVERY = 150
"""Commands; so few that kills meet snapshots too."""


class KillableCloud:
    """The program, seen from the test."""

    def __init__(self, home: Path, port: int) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.killable_cloud", str(home), str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.facts: dict[str, str] = {}

    def start(self) -> None:
        """Returns when it answers."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write("start\n")
        self._program.stdin.flush()
        line = self._program.stdout.readline()
        if not line.startswith("{"):
            raise AssertionError(f"the cloud did not start: {line!r}")
        self.facts = json.loads(line)

    def kill(self) -> None:
        os.kill(int(self.facts.pop("pid")), signal.SIGKILL)
        assert self._program.stdout is not None
        assert self._program.stdout.readline() == "dead\n"

    def close(self) -> None:
        if "pid" in self.facts:
            self.kill()
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.wait(30)


def _serve(home: Path, port: int) -> None:
    def ready(run_file: RunFile) -> None:
        print(json.dumps(run_file.client_facts() | {"pid": str(run_file.pid)}), flush=True)

    settings = Settings(home, time_scale=600.0)
    run_cloud(settings, port, None, ready, None, open_account(home / "account", home))


def main() -> None:
    home, port = Path(sys.argv[1]), int(sys.argv[2])
    kept_account.SNAPSHOT_EVERY = SNAPSHOT_EVERY
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            _serve(home, port)
            os._exit(0)
        os.waitpid(child, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    main()
