"""Every 256 KB of an event are taken for a request."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "options"
DIAGNOSIS = "each_256_kb_counted"
FOLDERS = ["bill", "on_demand", "free_tier", "billed_duration", "options"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "options.py",
        old="1 + math.ceil(max(0, event_kb - 256) / 64)",
        new="math.ceil(event_kb / 256)",
    )
