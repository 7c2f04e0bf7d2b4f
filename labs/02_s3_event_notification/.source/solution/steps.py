"""The solutions of the lab ``s3_event_notification``: shown, replayed and proved from this text.

Each function is one step; a notebook's exercise cell holds its body.
"""

from __future__ import annotations

import importlib.metadata
import io
import json
import time
import zipfile
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

ROLE_NAME = "s3-python-lambda-role"
FUNCTION_NAME = "s3-python-lambda"
LOGS_POLICY_ARN = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@cache  # compressing takes a second
def pillow_layer() -> bytes:
    """A layer's zip with the Pillow that is installed here, under ``python/``."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as layer:
        for file in importlib.metadata.files("pillow") or []:
            if ".." not in file.parts and file.suffix != ".pyc":
                layer.write(file.locate(), f"python/{file.as_posix()}")
    return archive.getvalue()


def prepare(lab: SolutionContext) -> None:
    """The function of lab 1 and its role, for those who begin here."""
    iam, lambda_client = lab.client("iam"), lab.client("lambda")
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
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=json.dumps(trust_policy))
    iam.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=LOGS_POLICY_ARN)
    with suppress(lambda_client.exceptions.ResourceConflictException):
        lambda_client.create_function(
            FunctionName=FUNCTION_NAME,
            Runtime=lab.runtime,
            Handler="lambda_function.lambda_handler",
            Role=iam.get_role(RoleName=ROLE_NAME)["Role"]["Arn"],
            Code={"ZipFile": lab.deployment_package("function")},
        )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=FUNCTION_NAME)


def create_buckets(lab: SolutionContext) -> None:
    s3 = lab.client("s3")

    for bucket in (lab.name("uploads"), lab.name("thumbnails")):
        if lab.region == "us-east-1":
            s3.create_bucket(Bucket=bucket)
        else:
            s3.create_bucket(
                Bucket=bucket,
                CreateBucketConfiguration={"LocationConstraint": lab.region},
            )


def grant_s3_permission(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    response = lambda_client.add_permission(
        FunctionName=FUNCTION_NAME,
        StatementId="uploads-bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{lab.name('uploads')}",
        SourceAccount=lab.account_id,
    )
    print(response["Statement"])


def configure_notification(lab: SolutionContext) -> None:
    s3 = lab.client("s3")
    function = lab.client("lambda").get_function_configuration(FunctionName=FUNCTION_NAME)

    s3.put_bucket_notification_configuration(
        Bucket=lab.name("uploads"),
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "Id": "every-new-object",
                    "LambdaFunctionArn": function["FunctionArn"],
                    "Events": ["s3:ObjectCreated:*"],
                }
            ]
        },
    )


def see_trigger(lab: SolutionContext) -> None:
    policy = json.loads(lab.client("lambda").get_policy(FunctionName=FUNCTION_NAME)["Policy"])
    for statement in policy["Statement"]:
        print(json.dumps(statement, indent=2))

    notification = lab.client("s3").get_bucket_notification_configuration(
        Bucket=lab.name("uploads")
    )
    for rule in notification.get("LambdaFunctionConfigurations", []):
        print(rule["Events"], "->", rule["LambdaFunctionArn"])


def upload_and_read_log(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=FUNCTION_NAME,
        ZipFile=lab.deployment_package("function"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)

    uploaded_at = time.time()
    lab.client("s3").upload_file(
        Filename=str(lab.path("files", "test.png")),
        Bucket=lab.name("uploads"),
        Key="test.png",
    )
    print(f"uploaded at {uploaded_at:.0f}")


def thumbnail(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    # the role may read originals and write thumbnails, and nothing else
    lab.client("iam").put_role_policy(
        RoleName=ROLE_NAME,
        PolicyName="read-uploads-write-thumbnails",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "s3:GetObject",
                        "Resource": f"arn:aws:s3:::{lab.name('uploads')}/*",
                    },
                    {
                        "Effect": "Allow",
                        "Action": "s3:PutObject",
                        "Resource": f"arn:aws:s3:::{lab.name('thumbnails')}/*",
                    },
                ],
            }
        ),
    )

    lambda_client.update_function_code(
        FunctionName=FUNCTION_NAME,
        ZipFile=lab.deployment_package("thumbnailer"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)

    layer = lambda_client.publish_layer_version(
        LayerName="pillow",
        Content={"ZipFile": pillow_layer()},
        CompatibleRuntimes=[lab.runtime],
    )
    lambda_client.update_function_configuration(
        FunctionName=FUNCTION_NAME,
        Runtime=lab.runtime,
        Layers=[layer["LayerVersionArn"]],
        Environment={"Variables": {"THUMBNAIL_BUCKET": lab.name("thumbnails")}},
        MemorySize=512,
        Timeout=30,
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)


def odd_keys(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=FUNCTION_NAME,
        ZipFile=lab.deployment_package("any_key"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)


def no_loop(lab: SolutionContext) -> None:
    s3 = lab.client("s3")
    function = lab.client("lambda").get_function_configuration(FunctionName=FUNCTION_NAME)

    s3.put_bucket_notification_configuration(
        Bucket=lab.name("uploads"),
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "Id": "every-new-png",
                    "LambdaFunctionArn": function["FunctionArn"],
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".png"}]}},
                }
            ]
        },
    )


def reset(lab: SolutionContext) -> None:
    """Remove the buckets, the layer, the function, its log group and the role."""
    lambda_client, iam, logs = lab.client("lambda"), lab.client("iam"), lab.client("logs")
    for bucket in (lab.name("uploads"), lab.name("thumbnails")):
        _delete_bucket(lab, bucket)
    with suppress(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.delete_function(FunctionName=FUNCTION_NAME)
    pages = lambda_client.get_paginator("list_layer_versions").paginate(LayerName="pillow")
    with suppress(lambda_client.exceptions.ResourceNotFoundException):
        for version in [v["Version"] for page in pages for v in page["LayerVersions"]]:
            lambda_client.delete_layer_version(LayerName="pillow", VersionNumber=version)
    with suppress(logs.exceptions.ResourceNotFoundException):
        logs.delete_log_group(logGroupName=f"/aws/lambda/{FUNCTION_NAME}")
    with suppress(iam.exceptions.NoSuchEntityException):
        for policy in iam.list_attached_role_policies(RoleName=ROLE_NAME)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=ROLE_NAME, PolicyArn=policy["PolicyArn"])
        for policy_name in iam.list_role_policies(RoleName=ROLE_NAME)["PolicyNames"]:
            iam.delete_role_policy(RoleName=ROLE_NAME, PolicyName=policy_name)
        iam.delete_role(RoleName=ROLE_NAME)


def _delete_bucket(lab: SolutionContext, bucket: str) -> None:
    s3 = lab.client("s3")
    with suppress(s3.exceptions.NoSuchBucket):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page.get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=found["Key"])
        s3.delete_bucket(Bucket=bucket)
