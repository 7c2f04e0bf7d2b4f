"""Cut off, and always one more."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "billed_duration"
DIAGNOSIS = "one_too_many"
FOLDERS = ["bill", "on_demand", "free_tier", "billed_duration"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "billed_duration.py",
        old="math.ceil(duration_ms + init_ms)",
        new="int(duration_ms + init_ms) + 1",
    )
