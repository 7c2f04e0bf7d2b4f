"""Only failures are recorded."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "destinations"
DIAGNOSIS = "success_elsewhere"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "destinations")
    failures_arn = f"arn:aws:sqs:{lab.region}:{lab.account_id}:dojo-settle-failures"
    lab.client("lambda").put_function_event_invoke_config(
        FunctionName="dojo-settle-payment",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": failures_arn}},
    )
