"""``python benchmarks/run.py --quick``: the whole way, on a real cloud."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks.aims import AIMS
from benchmarks.figures import FIGURES
from benchmarks.floors import FLOOR
from benchmarks.ours import OURS
from tests.cloud_process import eventually

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_quick_run_from_any_folder_prints_every_row_with_ours_and_the_floor(
    tmp_path: Path,
) -> None:
    command = [sys.executable, str(PROJECT / "benchmarks" / "run.py"), "--quick", "--no-peers"]
    ended = subprocess.run(
        [*command, "--json", "run.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    rows = [line for line in ended.stdout.splitlines() if line.startswith("|")][2:]
    assert [row.split("|")[1].strip() for row in rows] == [figure.title for figure in FIGURES]
    assert ended.stdout.count("\ntarget ") == len(AIMS)
    assert "failed" not in ended.stdout

    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    for figure in FIGURES:
        assert record["figures"][figure.key][OURS]["median"] > 0, figure.key
        assert record["figures"][figure.key][FLOOR]["median"] > 0, figure.key


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that can be handled")
def test_a_run_that_is_ended_from_outside_ends_its_servers() -> None:
    command = [sys.executable, str(PROJECT / "benchmarks" / "run.py"), "--quick", "--no-peers"]
    run = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    eventually(lambda: len(run.children()) >= 2, patience_s=60)
    servers = run.children(recursive=True)
    run.terminate()
    run.wait(30)
    eventually(lambda: not any(server.is_running() for server in servers))
