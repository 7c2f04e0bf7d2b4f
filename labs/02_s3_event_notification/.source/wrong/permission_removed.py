"""The permission was removed after the notification was set."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "see_trigger"
DIAGNOSIS = "notification_without_policy"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").remove_permission(
        FunctionName="dojo-s3-python-lambda", StatementId="uploads-bucket"
    )
