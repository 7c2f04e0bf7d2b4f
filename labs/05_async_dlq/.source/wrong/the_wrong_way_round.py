"""Success and failure change places."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "destinations"
DIAGNOSIS = "destinations_swapped"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "destinations")
    here = f"arn:aws:sqs:{lab.region}:{lab.account_id}"
    lab.client("lambda").update_function_event_invoke_config(
        FunctionName="dojo-settle-payment",
        DestinationConfig={
            "OnSuccess": {"Destination": f"{here}:dojo-settle-failures"},
            "OnFailure": {"Destination": f"{here}:dojo-settle-successes"},
        },
    )
