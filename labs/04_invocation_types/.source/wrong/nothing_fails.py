"""The event is queued, and its one attempt succeeds."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "async_retries"
DIAGNOSIS = "receipt_was_sent"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").invoke(
        FunctionName="dojo-charge-card",
        InvocationType="Event",
        Payload=json.dumps({"payment_id": "pay-async", "amount": 1200}),
    )
