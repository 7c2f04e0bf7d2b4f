"""The log is kept for a year."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "retention"
DIAGNOSIS = "other_retention"


def apply(lab: SolutionContext) -> None:
    lab.client("logs").put_retention_policy(
        logGroupName="/aws/lambda/dojo-order-desk", retentionInDays=365
    )
