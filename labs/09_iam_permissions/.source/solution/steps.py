"""The solutions of the lab ``iam_permissions``: what is shown, replayed and proved is this text.

Each function is one step; a notebook's exercise cell holds its body.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import boto3

from lab_helpers.grading.preparing import (
    LOGS_POLICY_ARN,
    have_bucket,
    have_function,
    have_role,
    policy,
)
from lab_helpers.grading.quiet_events import remove_functions
from lab_helpers.grading.removing import remove_bucket, remove_role

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

FUNCTION_NAME = "dojo-daily-report"
ROLE_NAME = "dojo-daily-report-role"
DEVELOPER = "dojo-tea-developer"
HELPER_ROLE = "dojo-aws-helper-role"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
SALES = {
    "2026-11-19": [{"tea": "sencha", "yen": 1200}, {"tea": "matcha", "yen": 2400}],
    "2026-11-20": [{"tea": "genmaicha", "yen": 900}],
}


def as_role(lab: SolutionContext, role_name: str, session_name: str) -> boto3.Session:
    """A session with temporary credentials of a role."""
    credentials = lab.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{lab.account_id}:role/{role_name}", RoleSessionName=session_name
    )["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=lab.region,
    )


def first_denial(lab: SolutionContext) -> None:
    iam = lab.client("iam")
    sales_bucket = lab.name("sales")

    iam.put_role_policy(
        RoleName=ROLE_NAME,
        PolicyName="reports",
        PolicyDocument=policy(
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{sales_bucket}/*",
            },
        ),
    )


def least_privilege(lab: SolutionContext) -> None:
    iam, lambda_client = lab.client("iam"), lab.client("lambda")
    sales_bucket, reports_bucket = lab.name("sales"), lab.name("reports")

    iam.put_role_policy(
        RoleName=ROLE_NAME,
        PolicyName="reports",
        PolicyDocument=policy(
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{sales_bucket}/*",
            },
            {
                "Effect": "Allow",
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{reports_bucket}/*",
            },
        ),
    )
    response = lambda_client.invoke(
        FunctionName=FUNCTION_NAME, Payload=json.dumps({"day": "2026-11-19"})
    )
    print(json.load(response["Payload"]))


def let_hana_invoke(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    added = lambda_client.add_permission(
        FunctionName=FUNCTION_NAME,
        StatementId="developers",
        Action="lambda:InvokeFunction",
        Principal=f"arn:aws:iam::{lab.account_id}:role/{DEVELOPER}",
    )
    print(added["Statement"])


def pass_role(lab: SolutionContext) -> None:
    iam = lab.client("iam")

    iam.put_role_policy(
        RoleName=DEVELOPER,
        PolicyName="pass-role",
        PolicyDocument=policy(
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": f"arn:aws:iam::{lab.account_id}:role/{ROLE_NAME}",
                "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
            },
        ),
    )

    hana = as_role(lab, DEVELOPER, "hana")
    hana_lambda = hana.client("lambda", endpoint_url=lab.backend.endpoint_url)
    hana_lambda.create_function(
        FunctionName="dojo-hana-tasting",
        Runtime=lab.runtime,
        Handler="lambda_function.lambda_handler",
        Role=f"arn:aws:iam::{lab.account_id}:role/{ROLE_NAME}",
        Code={"ZipFile": lab.deployment_package("daily_report")},
    )
    hana_lambda.get_waiter("function_active_v2").wait(FunctionName="dojo-hana-tasting")
    print(hana_lambda.get_function_configuration(FunctionName="dojo-hana-tasting")["Role"])


def confused_deputy(lab: SolutionContext) -> None:
    lambda_client, s3 = lab.client("lambda"), lab.client("s3")
    sales_bucket = lab.name("sales")

    lambda_client.add_permission(
        FunctionName=FUNCTION_NAME,
        StatementId="s3-sales",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{sales_bucket}",
        SourceAccount=lab.account_id,
    )
    lambda_client.remove_permission(FunctionName=FUNCTION_NAME, StatementId="s3-anything")

    function_arn = f"arn:aws:lambda:{lab.region}:{lab.account_id}:function:{FUNCTION_NAME}"
    s3.put_bucket_notification_configuration(
        Bucket=sales_bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": function_arn, "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    )


def boundary(lab: SolutionContext) -> None:
    iam = lab.client("iam")
    sales_bucket, reports_bucket = lab.name("sales"), lab.name("reports")

    made = iam.create_policy(
        PolicyName="dojo-tea-function-boundary",
        PolicyDocument=policy(
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": [f"arn:aws:s3:::{sales_bucket}", f"arn:aws:s3:::{sales_bucket}/*"],
            },
            {
                "Effect": "Allow",
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{reports_bucket}/*",
            },
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": "*",
            },
        ),
    )
    iam.put_role_permissions_boundary(
        RoleName=HELPER_ROLE, PermissionsBoundary=made["Policy"]["Arn"]
    )


def delegate(lab: SolutionContext) -> None:
    iam = lab.client("iam")
    boundary_arn = f"arn:aws:iam::{lab.account_id}:policy/dojo-tea-function-boundary"

    iam.put_role_policy(
        RoleName=DEVELOPER,
        PolicyName="make-roles",
        PolicyDocument=policy(
            {
                "Effect": "Allow",
                "Action": ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"],
                "Resource": f"arn:aws:iam::{lab.account_id}:role/dojo-hana-*",
                "Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary_arn}},
            },
        ),
    )

    hana = as_role(lab, DEVELOPER, "hana")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    made = hana.client("iam", endpoint_url=lab.backend.endpoint_url).create_role(
        RoleName="dojo-hana-tasting-role",
        AssumeRolePolicyDocument=policy(trust),
        PermissionsBoundary=boundary_arn,
    )
    print(made["Role"]["Arn"])


# --- what the lab stands on, and how it is taken down


def prepare(lab: SolutionContext) -> None:
    """The tea shop as its last administrator left it; nothing that exists is changed."""
    for key in ("sales", "reports", "salaries"):
        have_bucket(lab, lab.name(key))
    s3 = lab.client("s3")
    for day, orders in SALES.items():
        s3.put_object(Bucket=lab.name("sales"), Key=f"{day}.json", Body=json.dumps(orders))
    s3.put_object(Bucket=lab.name("salaries"), Key="2026.json", Body=b'{"hana": 5400000}')
    own_account = {"AWS": f"arn:aws:iam::{lab.account_id}:root"}
    functions = {
        "Effect": "Allow",
        "Action": ["lambda:CreateFunction", "lambda:Get*", "lambda:UpdateFunction*"],
        "Resource": f"arn:aws:lambda:*:{lab.account_id}:function:dojo-hana-*",
    }
    have_role(lab, lab.name("developer"), trusted=own_account, inline={"functions": functions})
    have_role(lab, lab.name("accountant"), trusted=own_account)
    have_role(lab, lab.name("admin_role"), ADMINISTRATOR)
    helper_role = have_role(lab, lab.name("helper_role"), ADMINISTRATOR)
    have_function(lab, lab.name("helper"), helper_role, "aws_helper", Timeout=30)
    _have_daily_report(lab)


def _have_daily_report(lab: SolutionContext) -> None:
    """With the permission that somebody once gave to all of S3."""
    role = have_role(lab, lab.name("role"), LOGS_POLICY_ARN)
    buckets = {"SALES_BUCKET": lab.name("sales"), "REPORTS_BUCKET": lab.name("reports")}
    settings = {"Timeout": 30, "Environment": {"Variables": buckets}}
    if have_function(lab, lab.name("function"), role, "daily_report", **settings):
        lab.client("lambda").add_permission(
            FunctionName=lab.name("function"),
            StatementId="s3-anything",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
        )


def reset(lab: SolutionContext) -> None:
    """Remove what this lab makes: functions, logs, roles, the boundary, buckets, users."""
    remove_functions(lab, *(lab.name(key) for key in ("function", "helper", "new_function")))
    for key in ("role", "admin_role", "helper_role", "developer", "accountant", "new_role"):
        remove_role(lab, lab.name(key))
    iam = lab.client("iam")
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_policy(PolicyArn=f"arn:aws:iam::{lab.account_id}:policy/{lab.name('boundary')}")
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_user(UserName="dojo-mallory")
    for key in ("sales", "reports", "salaries", "stranger"):
        remove_bucket(lab, lab.name(key))
