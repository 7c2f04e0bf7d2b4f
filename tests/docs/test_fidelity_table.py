from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REMAKE = "python -m pytest tests --collect-only -q --fidelity-table=docs/fidelity.md"


@pytest.mark.slow
def test_the_fidelity_table_is_what_the_tests_say(tmp_path: Path) -> None:
    committed = ROOT / "docs" / "fidelity.md"
    made = tmp_path / "fidelity.md"
    shutil.copy(committed, made)
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    subprocess.run(
        [*command, f"--fidelity-table={made}", "tests"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert made.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8"), (
        f"the table is out of date: {REMAKE}"
    )
