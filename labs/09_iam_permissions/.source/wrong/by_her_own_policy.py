"""It works, but by Hana's policy: the function's own says nothing of her."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "let_hana_invoke"
DIAGNOSIS = "allowed_elsewhere"


def apply(lab: SolutionContext) -> None:
    statements = [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    lab.client("iam").put_role_policy(
        RoleName=lab.name("developer"), PolicyName="invoke", PolicyDocument=document
    )
