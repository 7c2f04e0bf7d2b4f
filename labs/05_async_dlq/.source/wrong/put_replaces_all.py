"""The call that replaces all settings is used."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "destinations"
DIAGNOSIS = "settings_replaced"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "destinations")
    here = f"arn:aws:sqs:{lab.region}:{lab.account_id}"
    lab.client("lambda").put_function_event_invoke_config(
        FunctionName="dojo-settle-payment",
        DestinationConfig={
            "OnSuccess": {"Destination": f"{here}:dojo-settle-successes"},
            "OnFailure": {"Destination": f"{here}:dojo-settle-failures"},
        },
    )
