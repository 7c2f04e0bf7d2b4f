"""A second mapping, made first and forgotten, reads the dead-letter queue."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "mapping_retries"
DIAGNOSIS = "mapping_reads_another"


def apply(lab: SolutionContext) -> None:
    lab.client("iam").attach_role_policy(
        RoleName="dojo-charge-card-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    for queue in ("dojo-payments-dlq", "dojo-payments"):
        lab.client("lambda").create_event_source_mapping(
            EventSourceArn=f"arn:aws:sqs:{lab.region}:{lab.account_id}:{queue}",
            FunctionName="dojo-charge-card",
        )
