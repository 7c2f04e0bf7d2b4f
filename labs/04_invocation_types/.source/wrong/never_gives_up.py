"""The queue has no dead-letter queue."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "queue"
DIAGNOSIS = "redrive_missing"


def apply(lab: SolutionContext) -> None:
    lab.client("sqs").create_queue(
        QueueName="dojo-payments", Attributes={"VisibilityTimeout": "30"}
    )
