"""The duration is never turned into seconds."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "on_demand"
DIAGNOSIS = "milliseconds_as_seconds"
FOLDERS = ["bill", "on_demand"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "on_demand.py",
        old="(billed_ms / 1000)",
        new="billed_ms",
    )
