"""Free below the allowance, and paid from the first request above it."""

from __future__ import annotations

from lab_helpers.authoring.changed_code import deploy_changed
from lab_helpers.grading.solution import SolutionContext

STEP = "free_tier"
DIAGNOSIS = "charged_from_the_first"
FOLDERS = ["bill", "on_demand", "free_tier"]


def apply(lab: SolutionContext) -> None:
    deploy_changed(
        lab,
        "dojo-bill-calculator",
        FOLDERS,
        "free_tier.py",
        old="""    paid_requests = max(0, requests - FREE_REQUESTS)
    paid_gb_seconds = max(0, gb_seconds(requests, billed_ms, memory_mb) - FREE_GB_SECONDS)
""",
        new="""    compute = gb_seconds(requests, billed_ms, memory_mb)
    paid_requests = requests if requests > FREE_REQUESTS else 0
    paid_gb_seconds = compute if compute > FREE_GB_SECONDS else 0
""",
    )
