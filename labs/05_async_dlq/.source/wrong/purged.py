"""The queue is emptied, and nothing is replayed."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "redrive"
DIAGNOSIS = "lost"


def apply(lab: SolutionContext) -> None:
    sqs = lab.client("sqs")
    url = sqs.get_queue_url(QueueName="dojo-settle-dead-letters")["QueueUrl"]
    sqs.purge_queue(QueueUrl=url)
