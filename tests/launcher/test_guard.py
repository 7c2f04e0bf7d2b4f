"""The guard ends what a vanished launcher named, and nobody else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from lab_helpers.launcher.guard import end_orphans

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(SLEEPER)
    yield process
    process.kill()
    process.wait()


def named(process: subprocess.Popen[bytes], error_s: float = 0.0) -> str:
    return f"{process.pid} {psutil.Process(process.pid).create_time() + error_s}\n"


def test_without_a_goodbye_the_processes_named_end(sleeper: subprocess.Popen[bytes]) -> None:
    end_orphans([named(sleeper)])
    assert not psutil.pid_exists(sleeper.pid)


def test_after_a_goodbye_nothing_is_touched(sleeper: subprocess.Popen[bytes]) -> None:
    end_orphans([named(sleeper), "bye\n"])
    assert sleeper.poll() is None


def test_a_process_that_got_the_same_number_later_is_not_touched(
    sleeper: subprocess.Popen[bytes],
) -> None:
    end_orphans([named(sleeper, error_s=-60)])
    assert sleeper.poll() is None
