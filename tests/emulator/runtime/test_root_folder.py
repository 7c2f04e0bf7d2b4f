"""What dead hosts left behind is removed, what living ones use is not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from lab_helpers.emulator.runtime.root_folder import STALE_AFTER_S, remove_stale_folders


def test_only_old_folders_of_dead_hosts_go(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended.wait()
    now = time.time()
    names = {
        "dead and old": (f"lambda-dojo-{ended.pid}-a", 2),
        "dead and new": (f"lambda-dojo-{ended.pid}-b", 0),
        "alive and old": (f"lambda-dojo-{os.getpid()}-c", 2),
        "someone else's": ("lambda-dojo-notes-d", 2),
    }
    for name, days in names.values():
        (tmp_path / name / "1" / "tmp").mkdir(parents=True)
        os.utime(tmp_path / name, (now, now - days * STALE_AFTER_S))
    remove_stale_folders(tmp_path, now)
    left = {path.name for path in tmp_path.iterdir()}
    assert {case for case, (name, _) in names.items() if name in left} == {
        "dead and new",
        "alive and old",
        "someone else's",
    }
