"""The trust policy names EC2, as in most examples of roles."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "create_role"
DIAGNOSIS = "trust_policy_wrong"


def apply(lab: SolutionContext) -> None:
    iam = lab.client("iam")
    trust_policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam.create_role(
        RoleName="dojo-s3-python-lambda-role", AssumeRolePolicyDocument=json.dumps(trust_policy)
    )
    iam.attach_role_policy(
        RoleName="dojo-s3-python-lambda-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    )
