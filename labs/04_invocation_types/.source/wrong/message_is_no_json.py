"""The message is Python's spelling of a dict, with single quotes."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "mapping_retries"
DIAGNOSIS = "run_failed"


def apply(lab: SolutionContext) -> None:
    lab.client("iam").attach_role_policy(
        RoleName="dojo-charge-card-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    lab.client("lambda").create_event_source_mapping(
        EventSourceArn=f"arn:aws:sqs:{lab.region}:{lab.account_id}:dojo-payments",
        FunctionName="dojo-charge-card",
    )
    sqs = lab.client("sqs")
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName="dojo-payments")["QueueUrl"],
        MessageBody=str({"payment_id": "pay-queue", "amount": 1200, "mail": "down"}),
    )
