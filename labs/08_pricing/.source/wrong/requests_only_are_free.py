"""The free GB-seconds are forgotten."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "free_tier"
DIAGNOSIS = "free_gb_seconds_forgotten"
FOLDERS = ["bill", "on_demand", "free_tier"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "free_tier.py",
        old="gb_seconds(requests, billed_ms, memory_mb) - FREE_GB_SECONDS",
        new="gb_seconds(requests, billed_ms, memory_mb) * (requests > FREE_REQUESTS)",
    )
