"""The payment has nothing that fails."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "sync_error"
DIAGNOSIS = "receipt_was_sent"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").invoke(
        FunctionName="dojo-charge-card",
        Payload=json.dumps({"payment_id": "pay-sync", "amount": 1200}),
    )
