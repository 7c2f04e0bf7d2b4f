"""The visibility timeout is the function's time-out."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "queue"
DIAGNOSIS = "visibility_too_short"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "queue")
    sqs = lab.client("sqs")
    url = sqs.get_queue_url(QueueName="dojo-payments")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})
