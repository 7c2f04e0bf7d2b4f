"""The bucket can be listed, and its objects cannot be read: their ARN is another one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "boundary"
DIAGNOSIS = "own_work_refused"


def apply(lab: SolutionContext) -> None:
    statements = [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": f"arn:aws:s3:::{lab.name('sales')}",
        },
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
    ]
    iam = lab.client("iam")
    made = iam.create_policy(
        PolicyName=lab.name("boundary"),
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    iam.put_role_permissions_boundary(
        RoleName=lab.name("helper_role"), PermissionsBoundary=made["Policy"]["Arn"]
    )
