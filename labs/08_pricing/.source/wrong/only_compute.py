"""The requests are forgotten."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "on_demand"
DIAGNOSIS = "requests_not_charged"
FOLDERS = ["bill", "on_demand"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "on_demand.py",
        old="requests / 1_000_000 * REQUESTS_USD_PER_MILLION + compute",
        new="compute",
    )
