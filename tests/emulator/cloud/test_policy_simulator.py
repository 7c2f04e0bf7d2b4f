"""IAM's policy simulator answers as the requests themselves would be answered."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import TRUST_LAMBDA, CloudProcess

PAGE = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html"


def document(effect: str, action: str, resource: str = "*", **more: Any) -> str:
    statement = {"Effect": effect, "Action": action, "Resource": resource} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def decisions(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (one["EvalActionName"], one["EvalResourceName"], one["EvalDecision"])
        for one in answer["EvaluationResults"]
    ]


@pytest.mark.fidelity("SimulatePrincipalPolicy evaluates a role's policies", page=PAGE)
def test_a_roles_policies_are_simulated(cloud: CloudProcess) -> None:
    iam, name = cloud.client("iam"), f"role-{uuid.uuid4().hex[:8]}"
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST_LAMBDA)["Role"]["Arn"]
    allowed = document("Allow", "s3:*", "arn:aws:s3:::photos/*")
    iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=allowed)
    answer = iam.simulate_principal_policy(
        PolicySourceArn=arn,
        ActionNames=["s3:GetObject", "sqs:SendMessage"],
        ResourceArns=["arn:aws:s3:::photos/a", "arn:aws:s3:::other/a"],
        PolicyInputList=[document("Deny", "sqs:*")],
    )
    assert decisions(answer) == [
        ("s3:GetObject", "arn:aws:s3:::photos/a", "allowed"),
        ("s3:GetObject", "arn:aws:s3:::other/a", "implicitDeny"),
        ("sqs:SendMessage", "arn:aws:s3:::photos/a", "explicitDeny"),
        ("sqs:SendMessage", "arn:aws:s3:::other/a", "explicitDeny"),
    ]
    matched = answer["EvaluationResults"][0]["MatchedStatements"]
    assert [one["SourcePolicyId"] for one in matched] == [f"{name}/allowed"]


@pytest.mark.fidelity("SimulateCustomPolicy tells which condition keys are missing", page=PAGE)
def test_given_policies_are_simulated(cloud: CloudProcess) -> None:
    home = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    asked = {
        "PolicyInputList": [document("Allow", "sqs:*", Condition=home)],
        "ActionNames": ["sqs:ListQueues"],
    }
    iam = cloud.client("iam")
    (result,) = iam.simulate_custom_policy(**asked)["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == (
        "implicitDeny",
        ["aws:SourceIp"],
    )
    entry = {
        "ContextKeyName": "aws:SourceIp",
        "ContextKeyValues": ["10.1.2.3"],
        "ContextKeyType": "ip",
    }
    answer = iam.simulate_custom_policy(**asked, ContextEntries=[entry])
    assert decisions(answer) == [("sqs:ListQueues", "*", "allowed")]
    bounded = iam.simulate_custom_policy(
        **asked,
        ContextEntries=[entry],
        PermissionsBoundaryPolicyInputList=[document("Allow", "s3:*")],
    )["EvaluationResults"][0]
    assert bounded["EvalDecision"] == "implicitDeny"
    detail = bounded["PermissionsBoundaryDecisionDetail"]
    assert detail == {"AllowedByPermissionsBoundary": False}


def test_who_is_not_there_cannot_be_simulated(cloud: CloudProcess) -> None:
    iam = cloud.client("iam")
    gone = f"arn:aws:iam::{cloud.account_id}:role/gone"
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.simulate_principal_policy(PolicySourceArn=gone, ActionNames=["s3:GetObject"])
