"""Memory is divided by 1,000."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "on_demand"
DIAGNOSIS = "gigabyte_of_1000"
FOLDERS = ["bill", "on_demand"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "on_demand.py",
        old="/ 1024",
        new="/ 1000",
    )
