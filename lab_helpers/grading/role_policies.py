"""What an IAM role's own policies say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab_helpers.grading.policy_reading import Statement, allows, covers_action, statements

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

LOG_ACTIONS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
"""What ``AWSLambdaBasicExecutionRole`` allows.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html
"""


def role_statements(iam: IAMClient, role: str) -> list[Statement]:
    """Statements of every policy of the role, attached or inline. Raises botocore's errors."""
    documents: list[Any] = []
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role):
        for attached in page["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=arn, VersionId=version)
            documents.append(found["PolicyVersion"]["Document"])
    for names in iam.get_paginator("list_role_policies").paginate(RoleName=role):
        for name in names["PolicyNames"]:
            inline = iam.get_role_policy(RoleName=role, PolicyName=name)
            documents.append(inline["PolicyDocument"])
    return [statement for document in documents for statement in statements(document)]


def actions_not_allowed(found: list[Statement], actions: tuple[str, ...]) -> list[str]:
    """Those of ``actions`` that no statement allows, on whatever resource."""
    granted = [statement for statement in found if allows(statement)]
    return [
        action
        for action in actions
        if not any(covers_action(statement, action) for statement in granted)
    ]
