"""The mapping is made for the dead-letter queue."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "mapping_retries"
DIAGNOSIS = "mapping_reads_another"


def apply(lab: SolutionContext) -> None:
    lab.client("iam").attach_role_policy(
        RoleName="dojo-charge-card-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    lab.client("lambda").create_event_source_mapping(
        EventSourceArn=f"arn:aws:sqs:{lab.region}:{lab.account_id}:dojo-payments-dlq",
        FunctionName="dojo-charge-card",
    )
