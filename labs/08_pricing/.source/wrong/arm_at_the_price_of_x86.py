"""The architecture makes no difference."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "options"
DIAGNOSIS = "architecture_ignored"
FOLDERS = ["bill", "on_demand", "free_tier", "billed_duration", "options"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "options.py",
        old="GB_SECOND_USD[architecture]",
        new='GB_SECOND_USD["x86_64"]',
    )
