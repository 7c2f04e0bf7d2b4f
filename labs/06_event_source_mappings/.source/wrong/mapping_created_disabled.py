"""The mapping exists and does not read."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "map_queue"
DIAGNOSIS = "mapping_disabled"


def apply(lab: SolutionContext) -> None:
    lab.client("iam").attach_role_policy(
        RoleName="dojo-mapping-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    lab.client("lambda").create_event_source_mapping(
        FunctionName="dojo-take-orders",
        EventSourceArn=f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name('orders')}",
        BatchSize=5,
        Enabled=False,
    )
