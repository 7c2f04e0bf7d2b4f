"""What a lab stands on: made where it is missing, left alone where it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

LOGS_POLICY_ARN = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
LAMBDA_SERVICE = {"Service": "lambda.amazonaws.com"}
Statement = Mapping[str, Any]


def policy(*statements: Statement) -> str:
    """A policy document as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def have_role(
    lab: SolutionContext,
    name: str,
    *managed_policy_arns: str,
    trusted: Statement = LAMBDA_SERVICE,
    inline: Mapping[str, Statement] | None = None,
) -> str:
    """A role's ARN; it is made, and given its policies, only where it is missing.

    Args:
        trusted: the ``Principal`` that may assume it: Lambda, unless said otherwise.
        inline: policy name → the one statement of that policy.
    """
    iam = lab.client("iam")
    trust = policy({"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"})
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        for arn in managed_policy_arns:
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        for policy_name, statement in (inline or {}).items():
            iam.put_role_policy(
                RoleName=name, PolicyName=policy_name, PolicyDocument=policy(statement)
            )
    return str(iam.get_role(RoleName=name)["Role"]["Arn"])


def have_function(
    lab: SolutionContext, name: str, role_arn: str, folder: str = "function", **settings: Any
) -> bool:
    """Whether the function was made now, from what is in the lab's ``folder``.

    Args:
        settings: further parameters of CreateFunction.
    """
    lambda_client = lab.client("lambda")
    try:
        lambda_client.create_function(
            FunctionName=name,
            Runtime=lab.runtime,
            Handler="lambda_function.lambda_handler",
            Role=role_arn,
            Code={"ZipFile": lab.deployment_package(folder)},
            **settings,
        )
    except lambda_client.exceptions.ResourceConflictException:
        return False
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=name)
    return True


def have_bucket(lab: SolutionContext, name: str) -> None:
    """In the lab's Region; us-east-1 must not be named."""
    s3 = lab.client("s3")
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": lab.region}}
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=name, **({} if lab.region == "us-east-1" else elsewhere))


def have_table(lab: SolutionContext, name: str, *keys: str) -> str:
    """A DynamoDB table's ARN; ``keys`` are the names of its partition key and sort key (text)."""
    dynamodb = lab.client("dynamodb")
    with suppress(dynamodb.exceptions.ResourceInUseException):
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind}
                for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    return str(dynamodb.describe_table(TableName=name)["Table"]["TableArn"])
