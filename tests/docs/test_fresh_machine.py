"""The first minutes of a learner: a fresh copy, one command, JupyterLab answers, Ctrl-C."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.docs.readme import PROJECT, READMES, fences

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("install"),
    pytest.mark.skipif(sys.platform == "win32", reason="no make, other paths"),
]
INSTALL_PATIENCE_S = 600


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What a clone of the repository holds."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    copy = tmp_path / "a fresh copy"
    for name in filter(None, listed.stdout.split("\0")):
        if (PROJECT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, copy / name)
    return copy


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VIRTUAL_ENV", "LANG_UI"))}
    return kept | {"LAMBDA_DOJO_HOME": str(tmp_path / "home")}


class Terminal:
    """A shell in the copy, whose foreground group gets Ctrl-C as in a terminal."""

    def __init__(self, command: str, folder: Path, environment: dict[str, str]) -> None:
        self._out = folder / "terminal.txt"
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                ["bash", "-euc", command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def said(self) -> str:
        return self._out.read_text(encoding="utf-8")

    def wait_for_url(self) -> str:
        deadline = time.monotonic() + INSTALL_PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            if found := re.search(r"http://\S+/lab/tree/\S+token=\w+", self.said()):
                return found[0]
            time.sleep(0.2)
        raise AssertionError(self.said())

    def ctrl_c(self) -> list[psutil.Process]:
        """End it; what is still alive afterwards."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        assert len(children) >= 3
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(40)
        return psutil.wait_procs(children, timeout=5)[1]

    def close(self) -> None:
        if self.process.poll() is None:
            for child in psutil.Process(self.process.pid).children(recursive=True):
                child.kill()
            self.process.kill()
            self.process.wait()


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def test_make_lab_is_all_it_takes_and_the_second_time_installs_nothing(
    copy: Path, environment: dict[str, str], terminals: list[Terminal]
) -> None:
    for installs in (True, False):
        terminal = Terminal("exec make lab LANG_UI=ja", copy, environment)
        terminals.append(terminal)
        url = terminal.wait_for_url()
        assert ("インストール" in terminal.said()) is installs
        with urllib.request.urlopen(url, timeout=20) as page:
            assert page.status == 200
        assert (copy / "workspace" / "README.md").is_file()
        assert terminal.ctrl_c() == []


@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_what_the_readme_says_for_pip_and_uv_users_works(
    copy: Path, environment: dict[str, str], terminals: list[Terminal], tool: str
) -> None:
    if tool == "uv" and shutil.which("uv") is None:
        pytest.skip("uv is not installed")
    [block] = [
        fence
        for fence in fences(READMES[0])
        if fence.runnable == "install" and f"{tool} " in fence.text.replace("uv pip", "uv")
    ]
    terminal = Terminal(block.text.replace("dojo up", "dojo up --no-browser"), copy, environment)
    terminals.append(terminal)
    terminal.wait_for_url()
    # Not from the checkout beside it: from the labs inside the installed package.
    assert len(list((copy / "workspace").glob("0*/*.ipynb"))) >= 4
    assert terminal.ctrl_c() == []


def test_a_machine_without_a_new_python_is_told_what_to_do(copy: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "sed", "make", "cat"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    old = tools / "python3"
    old.write_text("#!/bin/sh\n[ $1 = --version ] && echo Python 3.9.2 && exit\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "lab"], cwd=copy, env={"PATH": str(tools)}, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert "apt-get install" in done.stderr
