"""The age is given in minutes."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "retries_and_age"
DIAGNOSIS = "age_too_short"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").put_function_event_invoke_config(
        FunctionName="dojo-settle-payment", MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60
    )
