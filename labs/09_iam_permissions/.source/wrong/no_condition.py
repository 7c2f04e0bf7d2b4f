"""She may make any role that begins with her name, without the boundary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab_helpers.authoring.wrong_answers import do_as_solution

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "delegate"
DIAGNOSIS = "roles_without_boundary"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, STEP)
    own_roles = f"arn:aws:iam::{lab.account_id}:role/dojo-hana-*"
    actions = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"]
    statements = [
        {"Effect": "Allow", "Action": actions, "Resource": own_roles},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    lab.client("iam").put_role_policy(
        RoleName=lab.name("developer"), PolicyName="make-roles", PolicyDocument=document
    )
