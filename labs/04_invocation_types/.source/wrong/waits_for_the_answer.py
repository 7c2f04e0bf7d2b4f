"""The invocation type is left to its default."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "async_retries"
DIAGNOSIS = "somebody_waited"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").invoke(
        FunctionName="dojo-charge-card",
        Payload=json.dumps({"payment_id": "pay-async", "amount": 1200, "mail": "down"}),
    )
