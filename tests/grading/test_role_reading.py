"""IAM's own simulation says what a role may not do."""

from __future__ import annotations

import boto3
from botocore.stub import Stubber

from lab_helpers.grading.role_reading import denied_actions, role_of
from tests.grading.stand_ins import evidence

ROLE = "arn:aws:iam::123456789012:role/charge-card-role"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/memory"


def test_what_is_not_allowed_is_denied_implicitly_or_explicitly() -> None:
    ev = evidence()
    client = boto3.client(
        "iam", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    ev.__dict__["iam_client"] = client
    decisions = {
        "dynamodb:GetItem": "allowed",
        "dynamodb:PutItem": "implicitDeny",
        "dynamodb:DeleteItem": "explicitDeny",
    }
    results = [
        {"EvalActionName": action, "EvalDecision": decision}
        for action, decision in decisions.items()
    ]
    with Stubber(client) as stub:
        stub.add_response(
            "simulate_principal_policy",
            {"EvaluationResults": results},
            {
                "PolicySourceArn": ROLE,
                "ActionNames": list(decisions),
                "ResourceArns": [TABLE],
            },
        )
        stub.add_client_error("get_role", "NoSuchEntity")
        denied = denied_actions(ev, ROLE, list(decisions), TABLE)
        assert denied == ["dynamodb:PutItem", "dynamodb:DeleteItem"]
        assert role_of(ev, "charge-card-role") is None
