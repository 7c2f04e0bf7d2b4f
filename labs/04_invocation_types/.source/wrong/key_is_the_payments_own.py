"""The table's key is named after the payment's."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "idempotency_table"
DIAGNOSIS = "table_key_wrong"


def apply(lab: SolutionContext) -> None:
    lab.client("dynamodb").create_table(
        TableName="dojo-idempotency",
        KeySchema=[{"AttributeName": "payment_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "payment_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
