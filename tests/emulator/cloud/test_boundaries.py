"""Permissions boundaries of users and roles: what they limit, and how delegation uses them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cloud_process import TRUST_LAMBDA, CloudProcess
from tests.emulator.cloud.test_permissions import User, allow, document, name, refused

BOUNDARIES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"


def managed(cloud: CloudProcess, *statements: dict[str, Any]) -> str:
    """ARN of a new managed policy."""
    made = cloud.client("iam").create_policy(
        PolicyName=name("policy"), PolicyDocument=document(*statements)
    )
    return str(made["Policy"]["Arn"])


@pytest.mark.fidelity("A user's boundary limits what its policies allow", page=BOUNDARIES)
def test_a_users_boundary_limits_it(cloud: CloudProcess) -> None:
    user, iam = User(cloud, allow("*")), cloud.client("iam")
    boundary = managed(cloud, allow("sqs:*"))
    iam.put_user_permissions_boundary(UserName=user.name, PermissionsBoundary=boundary)
    told = iam.get_user(UserName=user.name)["User"]["PermissionsBoundary"]
    assert told["PermissionsBoundaryArn"] == boundary
    user.client("sqs").list_queues()
    assert refused(user.client("sns").list_topics)[2].endswith(
        "because no permissions boundary allows the SNS:ListTopics action"
    )
    user.may(allow("s3:GetObject"))  # a boundary grants nothing
    assert "identity-based policy" in refused(user.client("sqs").list_queues)[2]
    user.may(allow("*"))
    iam.delete_user_permissions_boundary(UserName=user.name)
    user.client("sns").list_topics()
    assert "PermissionsBoundary" not in iam.get_user(UserName=user.name)["User"]


def test_a_user_can_be_created_with_a_boundary_that_exists(cloud: CloudProcess) -> None:
    iam, boundary = cloud.client("iam"), managed(cloud, allow("sqs:*"))
    missing = f"arn:aws:iam::{cloud.account_id}:policy/missing"
    assert refused(iam.create_user, UserName=name("u"), PermissionsBoundary=missing) == (
        "NoSuchEntity",
        404,
        f"Scope ARN: {missing} does not exist or is not attachable.",
    )
    made = iam.create_user(UserName=name("u"), PermissionsBoundary=boundary)["User"]
    assert made["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary


@pytest.mark.fidelity(
    "Delegation: roles may be made and changed only with the boundary that iam:PermissionsBoundary "
    "names",
    page=BOUNDARIES,
)
def test_a_delegate_makes_roles_with_the_boundary_only(cloud: CloudProcess) -> None:
    boundary = managed(cloud, allow("sqs:*"))
    with_boundary = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    actions = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"]
    delegate = User(cloud, allow(actions, Condition=with_boundary)).client("iam")
    new = {"RoleName": name("role"), "AssumeRolePolicyDocument": TRUST_LAMBDA}
    assert refused(delegate.create_role, **new)[0] == "AccessDenied"
    delegate.create_role(**new, PermissionsBoundary=boundary)
    policy = {"PolicyName": "all", "PolicyDocument": document(allow("*"))}
    delegate.put_role_policy(RoleName=new["RoleName"], **policy)
    free = name("role")
    cloud.client("iam").create_role(RoleName=free, AssumeRolePolicyDocument=TRUST_LAMBDA)
    assert refused(delegate.put_role_policy, RoleName=free, **policy)[0] == "AccessDenied"
    remove = delegate.delete_role_permissions_boundary
    assert refused(remove, RoleName=new["RoleName"])[0] == "AccessDenied"
