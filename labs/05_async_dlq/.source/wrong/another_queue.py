"""The function's dead letters go to a queue of another name."""

from __future__ import annotations

import json

from lab_helpers.authoring.wrong_answers import configure, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "dead_letter_queue"
DIAGNOSIS = "dead_letters_elsewhere"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "dead_letter_queue")
    sqs, iam = lab.client("sqs"), lab.client("iam")
    url = sqs.create_queue(QueueName="dojo-settle-failures")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    arn = attributes["QueueArn"]
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    iam.put_role_policy(
        RoleName="dojo-settle-payment-role",
        PolicyName="send-dead-letters",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    configure(lab, "dojo-settle-payment", DeadLetterConfig={"TargetArn": arn})
