"""What is not used of the free tier is given back."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "free_tier"
DIAGNOSIS = "bill_below_zero"
FOLDERS = ["bill", "on_demand", "free_tier"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "free_tier.py",
        old="max(0, requests - FREE_REQUESTS)",
        new="requests - FREE_REQUESTS",
    )
