"""The event is put into the queue by hand."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "dead_letter"
DIAGNOSIS = "attributes_missing"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").invoke(
        FunctionName="dojo-settle-payment",
        Payload=json.dumps({"payment_id": "pay-201", "amount": "12,000"}),
    )
    sqs = lab.client("sqs")
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName="dojo-settle-dead-letters")["QueueUrl"],
        MessageBody=json.dumps({"payment_id": "pay-201", "amount": "12,000"}),
    )
