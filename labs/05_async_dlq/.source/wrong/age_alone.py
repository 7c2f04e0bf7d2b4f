"""Only the age is set; two retries remain."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "retries_and_age"
DIAGNOSIS = "retries_left"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").put_function_event_invoke_config(
        FunctionName="dojo-settle-payment", MaximumEventAgeInSeconds=3600
    )
