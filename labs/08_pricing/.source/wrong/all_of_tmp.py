"""The first 512 MB of /tmp are charged too."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "options"
DIAGNOSIS = "first_512_mb_charged"
FOLDERS = ["bill", "on_demand", "free_tier", "billed_duration", "options"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "options.py",
        old="max(0, ephemeral_mb - 512)",
        new="0 if ephemeral_mb == 512 else ephemeral_mb",
    )
