"""The enabled time is not rounded up."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "provisioned"
DIAGNOSIS = "five_minutes_forgotten"
FOLDERS = ["bill", "on_demand", "free_tier", "billed_duration", "options", "provisioned"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "provisioned.py",
        old="math.ceil(enabled_s / 300) * 300",
        new="enabled_s",
    )
