"""Only the retries are set; an event may be six hours old."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "retries_and_age"
DIAGNOSIS = "age_too_long"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").put_function_event_invoke_config(
        FunctionName="dojo-settle-payment", MaximumRetryAttempts=0
    )
