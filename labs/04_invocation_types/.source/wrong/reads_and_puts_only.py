"""The role may read and write, but neither update nor delete."""

from __future__ import annotations

import json

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "idempotency_table"
DIAGNOSIS = "role_lacks_actions"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "idempotency_table")
    table = f"arn:aws:dynamodb:{lab.region}:{lab.account_id}:table/dojo-idempotency"
    actions = ["dynamodb:GetItem", "dynamodb:PutItem"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": table}
    lab.client("iam").put_role_policy(
        RoleName="dojo-charge-card-role",
        PolicyName="remember-charges",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
