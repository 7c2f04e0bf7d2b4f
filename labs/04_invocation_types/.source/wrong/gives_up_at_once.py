"""A message gets one chance."""

from __future__ import annotations

import json

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "queue"
DIAGNOSIS = "gives_up_too_early"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "queue")
    sqs = lab.client("sqs")
    url = sqs.get_queue_url(QueueName="dojo-payments")["QueueUrl"]
    target = f"arn:aws:sqs:{lab.region}:{lab.account_id}:dojo-payments-dlq"
    policy = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
