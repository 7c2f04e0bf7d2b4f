"""The failing payment is invoked synchronously."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "dead_letter"
DIAGNOSIS = "somebody_waited"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").invoke(
        FunctionName="dojo-settle-payment",
        Payload=json.dumps({"payment_id": "pay-201", "amount": "12,000"}),
    )
