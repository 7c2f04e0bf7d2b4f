"""A course of two labs, and a record that lies in a folder of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lab_helpers.catalog import Text
from lab_helpers.progress import ProgressLog
from tests.fakes import FakeClock
from tests.grading.stand_ins import LAB

OTHER = replace(
    LAB, id="other", order=2, title=Text("Other <lab>", "別の <ラボ>"), folder=Path("labs/02_other")
)
LABS = (LAB, OTHER)
BEGUN = 1_790_000_000.0


def log_in(folder: Path, clock: FakeClock | None = None) -> ProgressLog:
    return ProgressLog(folder / ".lambda-dojo" / "progress.jsonl", clock or FakeClock(BEGUN))
