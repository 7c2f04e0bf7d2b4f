"""The role may send to any queue."""

from __future__ import annotations

import json

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "dead_letter_queue"
DIAGNOSIS = "role_too_broad"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "dead_letter_queue")
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    lab.client("iam").put_role_policy(
        RoleName="dojo-settle-payment-role",
        PolicyName="send-dead-letters",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
