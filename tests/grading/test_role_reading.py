"""IAM's own simulation says what a role may not do; where nothing is enforced, its policies do."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from lab_helpers.backends.backend import Capability
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.role_reading import denied_actions, role_of
from tests.grading.stand_ins import BACKEND, evidence

ROLE = "arn:aws:iam::123456789012:role/charge-card-role"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/memory"


@pytest.fixture
def iam() -> Any:
    return boto3.client(
        "iam", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


def looking_at(iam: Any, *more: Capability) -> Evidence:
    ev = evidence()
    ev.backend = replace(BACKEND, capabilities=BACKEND.capabilities | set(more))
    ev.__dict__["iam_client"] = iam
    return ev


def test_what_is_not_allowed_is_denied_implicitly_or_explicitly(iam: Any) -> None:
    ev = looking_at(iam, Capability.PERMISSIONS)
    decisions = {
        "dynamodb:GetItem": "allowed",
        "dynamodb:PutItem": "implicitDeny",
        "dynamodb:DeleteItem": "explicitDeny",
    }
    results = [
        {"EvalActionName": action, "EvalDecision": decision}
        for action, decision in decisions.items()
    ]
    with Stubber(iam) as stub:
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


@pytest.mark.parametrize(
    ("resource", "denied"),
    [
        (TABLE, ["dynamodb:PutItem"]),
        (TABLE.replace("memory", "*"), ["dynamodb:PutItem"]),
        (TABLE.replace("memory", "other"), ["dynamodb:GetItem", "dynamodb:PutItem"]),
    ],
)
def test_where_nothing_is_enforced_the_statements_are_read_as_they_stand(
    iam: Any, resource: str, denied: list[str]
) -> None:
    ev = looking_at(iam)
    statement = {"Effect": "Allow", "Action": "dynamodb:Get*", "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    role = {"RoleName": "charge-card-role"}
    with Stubber(iam) as stub:
        stub.add_response("list_attached_role_policies", {"AttachedPolicies": []}, role)
        stub.add_response("list_role_policies", {"PolicyNames": ["use-table"]}, role)
        stub.add_response(
            "get_role_policy",
            {"RoleName": "r", "PolicyName": "use-table", "PolicyDocument": document},
            role | {"PolicyName": "use-table"},
        )
        found = denied_actions(ev, ROLE, ["dynamodb:GetItem", "dynamodb:PutItem"], TABLE)
    assert found == denied
