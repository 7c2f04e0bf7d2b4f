"""The role is there, but no policy was attached to it."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "create_role"
DIAGNOSIS = "logs_permission_missing"


def apply(lab: SolutionContext) -> None:
    iam = lab.client("iam")
    trust_policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam.create_role(
        RoleName="dojo-s3-python-lambda-role", AssumeRolePolicyDocument=json.dumps(trust_policy)
    )
