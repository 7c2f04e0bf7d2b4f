"""The refunds' dead letters go to the queue of the payments."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import configure
from lab_helpers.grading.solution import SolutionContext

STEP = "topic"
DIAGNOSIS = "not_the_topic"


def apply(lab: SolutionContext) -> None:
    queue_arn = f"arn:aws:sqs:{lab.region}:{lab.account_id}:dojo-settle-dead-letters"
    configure(lab, "dojo-refund-payment", DeadLetterConfig={"TargetArn": queue_arn})
