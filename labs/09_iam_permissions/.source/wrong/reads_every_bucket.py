"""Reads the sales, and the salaries too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "first_denial"
DIAGNOSIS = "reads_too_much"


def apply(lab: SolutionContext) -> None:
    statements = [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    lab.client("iam").put_role_policy(
        RoleName=lab.name("role"), PolicyName="reports", PolicyDocument=document
    )
