"""The break-even forgets that a busy GB-second still costs something."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "provisioned"
DIAGNOSIS = "lower_duration_price_forgotten"
FOLDERS = ["bill", "on_demand", "free_tier", "billed_duration", "options", "provisioned"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "provisioned.py",
        old='(rates["on_demand_usd"] - rates["duration_usd"])',
        new='rates["on_demand_usd"]',
    )
