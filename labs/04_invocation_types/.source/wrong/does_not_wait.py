"""The failing payment is handed over, and nobody waits."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "sync_error"
DIAGNOSIS = "nobody_waited"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").invoke(
        FunctionName="dojo-charge-card",
        InvocationType="Event",
        Payload=json.dumps({"payment_id": "pay-sync", "amount": 1200, "mail": "down"}),
    )
