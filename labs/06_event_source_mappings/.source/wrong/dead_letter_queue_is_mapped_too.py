"""A first mapping, from the dead-letter queue, was left where it was."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "redrive_policy"
DIAGNOSIS = "dlq_mapped_too"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").create_event_source_mapping(
        FunctionName="dojo-take-orders",
        EventSourceArn=f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name('orders_dlq')}",
        BatchSize=5,
    )
