"""A chunk that is begun does not count."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "options"
DIAGNOSIS = "chunk_not_rounded_up"
FOLDERS = ["bill", "on_demand", "free_tier", "billed_duration", "options"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "options.py",
        old="math.ceil(max(0, event_kb - 256) / 64)",
        new="max(0, event_kb - 256) // 64",
    )
