"""The dead-letter queue of asynchronous invocation, where a queue needs its own."""

from __future__ import annotations

import json

from lab_helpers.authoring.wrong_answers import configure
from lab_helpers.grading.solution import SolutionContext

STEP = "redrive_policy"
DIAGNOSIS = "dlq_on_the_function"


def apply(lab: SolutionContext) -> None:
    dlq_arn = f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name('orders_dlq')}"
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": dlq_arn}
    lab.client("iam").put_role_policy(
        RoleName="dojo-mapping-role",
        PolicyName="send-dead-letters",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    configure(lab, "dojo-take-orders", DeadLetterConfig={"TargetArn": dlq_arn})
