"""A course started as ``make lab`` starts it, and a Chromium before it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

START_PATIENCE_S = 120.0
STOP_PATIENCE_S = 40.0
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


class Course:
    """``lambda-dojo up`` in a process of its own.

    Attributes:
        url: where ``up`` sends the learner, with the token.
    """

    def __init__(self, folder: Path, language: str) -> None:
        self.workspace = folder / "my work 作業場"
        self._out = folder / "up.txt"
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "LAMBDA_DOJO_", "LAB_"))
        }
        with self._out.open("wb") as out:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "lab_helpers", "up", "--no-browser"),
                    *("--lang", language, "--workspace", str(self.workspace)),
                ],
                env=environment | {"LAMBDA_DOJO_HOME": str(folder / "home")},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=sys.platform != "win32",
            )
        self.url = self._wait_for_url()

    @property
    def address(self) -> tuple[str, str]:
        """JupyterLab's base URL and token."""
        found: tuple[str, str] = re.findall(r"(http://.*?/)lab/.*token=(\w+)", self.url)[0]
        return found

    def _wait_for_url(self) -> str:
        deadline = time.monotonic() + START_PATIENCE_S
        while time.monotonic() < deadline:
            if found := re.search(r"http://\S+/lab/\S+token=\w+", self.said()):
                return found[0]
            assert self._process.poll() is None, f"up ended:\n{self.said()}"
            time.sleep(0.1)
        raise AssertionError(f"up did not come up:\n{self.said()}")

    def said(self) -> str:
        return self._out.read_text(encoding="utf-8")

    def logs(self) -> str:
        """For a failed test's report."""
        folder = self.workspace / ".lambda-dojo" / "logs"
        return "\n".join(p.read_text(encoding="utf-8")[-3000:] for p in folder.glob("*.log"))

    def processes(self) -> list[psutil.Process]:
        """Everything that up started and that still runs."""
        with contextlib.suppress(psutil.Error):
            return psutil.Process(self._process.pid).children(recursive=True)
        return []

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        if sys.platform == "win32":
            self._process.terminate()
        else:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(STOP_PATIENCE_S)

    def close(self) -> None:
        if self._process.poll() is None:
            left = self.processes()
            self._process.kill()
            self._process.wait()
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()


def chromium_path() -> str | None:
    """Debian's Chromium, or the browser named by ``LAMBDA_DOJO_CHROMIUM``."""
    named = os.environ.get("LAMBDA_DOJO_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome")
    return named or next(filter(None, map(shutil.which, names)), None)


@contextlib.contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """A page in a fresh, headless Chromium."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium_path(),
            headless=True,
            args=CHROMIUM_ARGUMENTS,
            viewport={"width": 1280, "height": 900},
        )
        try:
            yield context.pages[0]
        finally:
            context.close()
