"""Up together, down together: the launcher's life with stand-ins for what it starts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lab_helpers.launcher.running import WorkspaceLock

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sends POSIX signals; the browser test runs the real thing"
)


class Launcher:
    """One ``up`` in a workspace of its own, watched from outside."""

    def __init__(self, tmp_path: Path) -> None:
        self.workspace = tmp_path / "my work 作業場"
        self.home = tmp_path / "home"
        self.labs = tmp_path / "labs"
        for folder in (self.home, self.labs):
            folder.mkdir()
        (self.labs / "README.md").write_text("map", encoding="utf-8")
        self.out = tmp_path / "out.txt"
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, **environment: str) -> subprocess.Popen[bytes]:
        with self.out.open("ab") as out:
            process = subprocess.Popen(
                [
                    sys.executable,
                    str(Path(__file__).with_name("drive_up.py")),
                    str(self.workspace),
                    str(self.labs),
                ],
                env={**os.environ, "LAMBDA_DOJO_HOME": str(self.home), **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def start_and_wait(self, **environment: str) -> subprocess.Popen[bytes]:
        process = self.start(**environment)
        self.eventually(lambda: "Ctrl-C" in self.said(), "up is ready")
        return process

    def said(self) -> str:
        return self.out.read_text(encoding="utf-8")

    def children(self) -> list[int]:
        """Process ids of the cloud, its function, JupyterLab and its kernel."""
        files = [self.home / "cloud-pids", self.home / "jupyter-pids"]
        return [int(pid) for file in files if file.exists() for pid in file.read_text().split()]

    def eventually(self, holds: Callable[[], bool], what: str, limit_s: float = 20) -> None:
        deadline = time.monotonic() + limit_s
        while not holds():
            assert time.monotonic() < deadline, f"{what} did not happen; said:\n{self.said()}"
            time.sleep(0.02)

    def assert_nothing_is_left(self) -> None:
        self.eventually(lambda: not any(map(is_alive, self.children())), "the end of all children")
        state = self.workspace / ".lambda-dojo"
        left = {p.name for p in state.glob("*") if p.is_file()}
        assert left <= {"manifest.json"}, left
        assert not (state / "jupyter" / "runtime").exists()

    def close(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        for pid in filter(is_alive, self.children()):
            psutil.Process(pid).kill()


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    launcher = Launcher(tmp_path)
    yield launcher
    launcher.close()


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=SLOW),
        pytest.param(signal.SIGHUP, marks=SLOW),
    ],
)
def test_ctrl_c_a_kill_and_a_closed_terminal_end_everything(
    launcher: Launcher, number: signal.Signals
) -> None:
    up = launcher.start_and_wait()
    assert len(launcher.children()) == 4
    assert all(map(is_alive, launcher.children()))
    up.send_signal(number)
    assert up.wait(20) == 0
    launcher.assert_nothing_is_left()


def test_what_up_says_leads_to_the_labs(launcher: Launcher) -> None:
    launcher.start_and_wait()
    assert "1 file(s) copied" in launcher.said()
    assert "http://127.0.0.1:4599" in launcher.said()
    assert "/lab/tree/README.md?token=letmein" in launcher.said()


def test_it_speaks_japanese_when_asked(launcher: Launcher) -> None:
    launcher.start_and_wait(LANG_UI="ja")
    assert "ブラウザーで次の URL を開いてください" in launcher.said()
    assert json.loads((launcher.home / "jupyter-environment").read_text())["LANG_UI"] == "ja"


@SLOW
def test_an_impatient_learner_need_not_wait_for_a_stubborn_process(launcher: Launcher) -> None:
    (launcher.home / "jupyter-is-stubborn").touch()
    up = launcher.start_and_wait()
    began = time.monotonic()
    up.send_signal(signal.SIGINT)
    launcher.eventually(lambda: "Stopping" in launcher.said(), "the first Ctrl-C")
    up.send_signal(signal.SIGINT)
    assert up.wait(20) == 0
    assert time.monotonic() - began < 20
    launcher.assert_nothing_is_left()


@pytest.mark.parametrize("silent", ["cloud-is-silent"])
@pytest.mark.slow
def test_ctrl_c_while_starting_leaves_nothing(launcher: Launcher, silent: str) -> None:
    (launcher.home / silent).touch()
    up = launcher.start()
    launcher.eventually(lambda: len(launcher.children()) == 2, "the cloud's start")
    up.send_signal(signal.SIGINT)
    assert up.wait(20) == 0
    launcher.assert_nothing_is_left()


@SLOW
def test_a_launcher_that_is_killed_leaves_no_process(launcher: Launcher) -> None:
    up = launcher.start_and_wait()
    up.kill()
    up.wait()
    launcher.eventually(lambda: not any(map(is_alive, launcher.children())), "the guard's work")


@SLOW
def test_after_a_crash_the_next_start_cleans_up_and_works(launcher: Launcher) -> None:
    crashed = launcher.start_and_wait()
    crashed.kill()
    crashed.wait()
    launcher.out.write_text("")
    up = launcher.start_and_wait()
    assert "ended without cleaning up" in launcher.said()
    up.send_signal(signal.SIGINT)
    assert up.wait(20) == 0
    launcher.assert_nothing_is_left()


@pytest.mark.slow
def test_a_second_start_joins_the_first_and_starts_nothing(launcher: Launcher) -> None:
    first = launcher.start_and_wait()
    before = launcher.children()
    launcher.out.write_text("")
    second = launcher.start(LANG_UI="ja")
    assert second.wait(20) == 0
    assert str(first.pid) in launcher.said()
    assert "token=letmein" in launcher.said()
    assert "いまは en で動いています" in launcher.said()
    assert launcher.children() == before
    assert first.poll() is None
    assert len((launcher.home / "cloud-starts").read_text().splitlines()) == 1


@pytest.mark.slow
def test_two_starts_at_once_come_to_one(launcher: Launcher) -> None:
    both = [launcher.start(), launcher.start()]
    launcher.eventually(lambda: any(p.poll() == 0 for p in both), "one of them joining")
    assert [p.poll() for p in both].count(None) == 1
    assert len((launcher.home / "cloud-starts").read_text().splitlines()) == 1


@SLOW
def test_when_jupyterlab_crashes_the_cloud_stops_and_the_reason_is_told(
    launcher: Launcher,
) -> None:
    up = launcher.start_and_wait()
    (launcher.home / "jupyter-fails").write_text("139")
    assert up.wait(20) == 1
    assert "exit status 139" in launcher.said()
    assert "Segmentation fault, as it were" in launcher.said()
    launcher.eventually(
        lambda: not any(map(is_alive, launcher.children()[:2])), "the end of the cloud"
    )


@SLOW
def test_shutting_jupyterlab_down_from_its_menu_is_no_error(launcher: Launcher) -> None:
    up = launcher.start_and_wait()
    (launcher.home / "jupyter-fails").write_text("0")
    assert up.wait(20) == 0
    assert "JupyterLab was shut down" in launcher.said()


@SLOW
def test_a_crashed_cloud_comes_back_at_the_same_address_with_the_same_keys(
    launcher: Launcher,
) -> None:
    up = launcher.start_and_wait()
    (launcher.home / "cloud-fails").write_text("9")
    starts = launcher.home / "cloud-starts"
    launcher.eventually(lambda: len(starts.read_text().splitlines()) == 2, "a new cloud")
    assert starts.read_text().splitlines()[1] == "4599 AKIDRANDOM again"
    assert "exit status 9" in launcher.said()
    launcher.eventually(lambda: not (launcher.home / "cloud-fails").exists(), "its start")
    (launcher.home / "cloud-fails").write_text("9")
    launcher.eventually(lambda: "ended again" in launcher.said(), "giving up")
    assert up.poll() is None, "unsaved work in JupyterLab must live on"
    up.send_signal(signal.SIGINT)
    assert up.wait(20) == 0
    launcher.assert_nothing_is_left()


def test_a_cloud_that_was_stopped_on_purpose_stays_so(launcher: Launcher) -> None:
    up = launcher.start_and_wait()
    (launcher.home / "cloud-fails").write_text("0")
    launcher.eventually(lambda: "was stopped" in launcher.said(), "the message")
    assert up.poll() is None
    assert len((launcher.home / "cloud-starts").read_text().splitlines()) == 1


@pytest.mark.parametrize("what", ["cloud", "jupyter"])
@pytest.mark.slow
def test_what_cannot_start_is_told_with_its_own_words_and_nothing_stays(
    launcher: Launcher, what: str
) -> None:
    (launcher.home / f"{what}-refuses").touch()
    up = launcher.start()
    assert up.wait(20) == 1
    said = launcher.said()
    assert "today" in said
    assert "lambda-dojo doctor" in said
    assert "Traceback" not in said
    launcher.assert_nothing_is_left()


def test_an_explicit_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    import socket

    from lab_helpers.errors import DojoError
    from lab_helpers.launcher.course import refuse_taken_port

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(DojoError, match=str(port)):
            refuse_taken_port(port)
    refuse_taken_port(None)


def test_files_of_a_crash_do_not_hold_the_lock(tmp_path: Path) -> None:
    state = tmp_path / ".lambda-dojo"
    state.mkdir()
    (state / "up.lock").write_text("4242")
    lock = WorkspaceLock.acquire(tmp_path)
    assert lock is not None
    assert WorkspaceLock.acquire(tmp_path) is None
    lock.release()
    assert not (state / "up.lock").exists()
    again = WorkspaceLock.acquire(tmp_path)
    assert again is not None
    again.release()
