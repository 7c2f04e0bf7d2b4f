"""Nobody switches the time to live on."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "idempotency_table"
DIAGNOSIS = "ttl_missing"


def apply(lab: SolutionContext) -> None:
    lab.client("dynamodb").create_table(
        TableName="dojo-idempotency",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
