"""Passes every role of the account, an administrator's among them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab_helpers.authoring.wrong_answers import do_as_solution

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "pass_role"
DIAGNOSIS = "passes_any_role"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, STEP)
    statements = [
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
        },
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    lab.client("iam").put_role_policy(
        RoleName=lab.name("developer"), PolicyName="pass-role", PolicyDocument=document
    )
