"""The boundary is asked for, and she may remove it afterwards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab_helpers.authoring.wrong_answers import do_as_solution

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "delegate"
DIAGNOSIS = "boundary_can_be_removed"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, STEP)
    own_roles = f"arn:aws:iam::{lab.account_id}:role/dojo-hana-*"
    action = "iam:DeleteRolePermissionsBoundary"
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": own_roles},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    lab.client("iam").put_role_policy(
        RoleName=lab.name("developer"), PolicyName="more", PolicyDocument=document
    )
