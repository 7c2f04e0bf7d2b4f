"""One process of a function: AWS's own runtime client on the code, its output kept."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

READ_SIZE = 65_536
LOOK_S = 0.2


class FunctionProcess:
    """``python -m awslambdaric``, which asks the Runtime API for events.

    Args:
        packages: a folder with what AWS's Python runtime brings along: boto3 and awslambdaric.
        ended: called with the exit status.
    """

    def __init__(
        self,
        code: Path,
        environ: Mapping[str, str],
        packages: Path,
        ended: Callable[[int], None],
    ) -> None:
        handler = environ["_HANDLER"]
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        # -S -s: nothing of LocalStack's own packages. As in AWS's image, the code comes first.
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-s", "-u", "-m", "awslambdaric", handler],
            cwd=code,
            env={**environ, "PYTHONPATH": os.pathsep.join([str(code), str(packages)])},
            stdin=subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            start_new_session=True,
        )
        os.close(write_end)
        self._output = read_end
        self._lock = threading.Lock()
        self._kept = b""
        self._ended = ended
        threading.Thread(target=self._watch, daemon=True).start()

    def take_output(self) -> str:
        """What it printed since it was last asked."""
        with self._lock:
            self._read()
            text, self._kept = self._kept, b""
        return text.decode("utf-8", "replace")

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _watch(self) -> None:
        """Read on while it lives, so that a full pipe never stops it."""
        selector = selectors.DefaultSelector()
        selector.register(self._output, selectors.EVENT_READ)
        while self._process.poll() is None:
            if selector.select(LOOK_S):
                with self._lock:
                    at_end = self._read()
                if at_end:
                    break
        selector.close()
        self._ended(self._process.wait())

    def _read(self) -> bool:
        """All that is there now. Returns whether no more will come."""
        with suppress(BlockingIOError):
            while chunk := os.read(self._output, READ_SIZE):
                self._kept += chunk
            return True
        return False
