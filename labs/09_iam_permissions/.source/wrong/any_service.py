"""Passes the role to whatever service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab_helpers.authoring.wrong_answers import do_as_solution

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "pass_role"
DIAGNOSIS = "passes_to_any_service"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, STEP)
    role_arn = f"arn:aws:iam::{lab.account_id}:role/{lab.name('role')}"
    statements = [
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role_arn},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    lab.client("iam").put_role_policy(
        RoleName=lab.name("developer"), PolicyName="pass-role", PolicyDocument=document
    )
