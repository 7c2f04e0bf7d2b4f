"""The mapping stands, and the payment goes past the queue."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "mapping_retries"
DIAGNOSIS = "not_through_queue"


def apply(lab: SolutionContext) -> None:
    lab.client("iam").attach_role_policy(
        RoleName="dojo-charge-card-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    lab.client("lambda").create_event_source_mapping(
        EventSourceArn=f"arn:aws:sqs:{lab.region}:{lab.account_id}:dojo-payments",
        FunctionName="dojo-charge-card",
    )
    lab.client("lambda").invoke(
        FunctionName="dojo-charge-card",
        Payload=json.dumps({"payment_id": "pay-queue", "amount": 1200, "mail": "down"}),
    )
