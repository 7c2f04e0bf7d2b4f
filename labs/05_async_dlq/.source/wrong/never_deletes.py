"""Each letter is replayed, and none is deleted."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "redrive"
DIAGNOSIS = "letters_left"


def apply(lab: SolutionContext) -> None:
    sqs = lab.client("sqs")
    url = sqs.get_queue_url(QueueName="dojo-settle-dead-letters")["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    for message in found["Messages"]:
        lab.client("lambda").invoke(FunctionName="dojo-settle-payment", Payload=message["Body"])
