"""One failure and the message is dead."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "redrive_policy"
DIAGNOSIS = "gives_up_too_early"


def apply(lab: SolutionContext) -> None:
    sqs = lab.client("sqs")
    dlq_arn = f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name('orders_dlq')}"
    sqs.set_queue_attributes(
        QueueUrl=sqs.get_queue_url(QueueName=lab.name("orders"))["QueueUrl"],
        Attributes={
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 1})
        },
    )
