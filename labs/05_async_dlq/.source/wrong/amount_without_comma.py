"""The amount is one that the function can read."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "dead_letter"
DIAGNOSIS = "did_not_fail"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").invoke(
        FunctionName="dojo-settle-payment",
        InvocationType="Event",
        Payload=json.dumps({"payment_id": "pay-201", "amount": "12000"}),
    )
