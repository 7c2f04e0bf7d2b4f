"""The queue is emptied, and the receipts are written without the function."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "redrive"
DIAGNOSIS = "receipt_by_hand"


def apply(lab: SolutionContext) -> None:
    sqs, dynamodb = lab.client("sqs"), lab.client("dynamodb")
    url = sqs.get_queue_url(QueueName="dojo-settle-dead-letters")["QueueUrl"]
    sqs.purge_queue(QueueUrl=url)
    for charge in dynamodb.scan(TableName=lab.name("charges"))["Items"]:
        yen = charge["amount"]["S"].replace(",", "")
        dynamodb.put_item(
            TableName=lab.name("receipts"),
            Item={"payment_id": charge["payment_id"], "yen": {"N": yen}},
        )
