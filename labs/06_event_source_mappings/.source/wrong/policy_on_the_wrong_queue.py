"""The redrive policy is set on the dead-letter queue."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "redrive_policy"
DIAGNOSIS = "policy_on_the_dlq"


def apply(lab: SolutionContext) -> None:
    sqs = lab.client("sqs")
    orders_arn = f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name('orders')}"
    policy = {"deadLetterTargetArn": orders_arn, "maxReceiveCount": 5}
    sqs.set_queue_attributes(
        QueueUrl=sqs.get_queue_url(QueueName=lab.name("orders_dlq"))["QueueUrl"],
        Attributes={"RedrivePolicy": json.dumps(policy)},
    )
