"""The role may do anything with every table."""

from __future__ import annotations

import json

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "idempotency_table"
DIAGNOSIS = "role_too_broad"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "idempotency_table")
    statement = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
    lab.client("iam").put_role_policy(
        RoleName="dojo-charge-card-role",
        PolicyName="remember-charges",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
