"""The role may put events into streams that nobody may create."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "silent_function"
DIAGNOSIS = "logs_permission_incomplete"


def apply(lab: SolutionContext) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}],
    }
    lab.client("iam").put_role_policy(
        RoleName="dojo-silent-desk-role", PolicyName="logs", PolicyDocument=json.dumps(policy)
    )
    lab.client("lambda").invoke(FunctionName="dojo-silent-desk", Payload="{}")
