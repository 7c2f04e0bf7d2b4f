"""The solutions of the lab ``s3_event_notification``: shown, replayed and proved from this text.

Each function is one step; a notebook's exercise cell holds its body.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from lab_helpers.grading.installed_layer import installed_layer
from lab_helpers.grading.preparing import LOGS_POLICY_ARN, have_function, have_role
from lab_helpers.grading.quiet_events import remove_functions
from lab_helpers.grading.removing import remove_bucket, remove_layer, remove_role

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

ROLE_NAME = "dojo-s3-python-lambda-role"
FUNCTION_NAME = "dojo-s3-python-lambda"


def pillow_layer() -> bytes:
    """A layer's zip with the Pillow that is installed here, under ``python/``."""
    return installed_layer("pillow")


def prepare(lab: SolutionContext) -> None:
    """The function of lab 1 and its role, for those who begin here."""
    have_function(lab, FUNCTION_NAME, have_role(lab, ROLE_NAME, LOGS_POLICY_ARN))


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
        LayerName="dojo-pillow",
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
    for bucket in (lab.name("uploads"), lab.name("thumbnails")):
        remove_bucket(lab, bucket)
    remove_functions(lab, FUNCTION_NAME)
    remove_layer(lab, "dojo-pillow")
    remove_role(lab, ROLE_NAME)
