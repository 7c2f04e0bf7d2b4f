"""Every request costs 0.20 dollars."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "on_demand"
DIAGNOSIS = "price_is_per_million"
FOLDERS = ["bill", "on_demand"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "on_demand.py",
        old="requests / 1_000_000 *",
        new="requests *",
    )
