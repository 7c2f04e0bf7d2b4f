"""The free 5 GB of logs are charged."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "left_out"
DIAGNOSIS = "free_logs_charged"
FOLDERS = [
    "bill",
    "on_demand",
    "free_tier",
    "billed_duration",
    "options",
    "provisioned",
    "left_out",
]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "left_out.py",
        old="max(0, log_gb - FREE_LOG_GB)",
        new="log_gb",
    )
