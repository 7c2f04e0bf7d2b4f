"""The inbox has no policy that admits SNS."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "topic"
DIAGNOSIS = "inbox_closed"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "topic")
    sqs = lab.client("sqs")
    url = sqs.get_queue_url(QueueName="dojo-refund-inbox")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
