"""The bucket notifies another function."""

from __future__ import annotations

from contextlib import suppress

from lab_helpers.grading.solution import SolutionContext

STEP = "configure_notification"
DIAGNOSIS = "notifies_other_function"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    role = lambda_client.get_function_configuration(FunctionName="dojo-s3-python-lambda")["Role"]
    with suppress(lambda_client.exceptions.ResourceConflictException):
        lambda_client.create_function(
            FunctionName="dojo-another-function",
            Runtime=lab.runtime,
            Handler="lambda_function.lambda_handler",
            Role=role,
            Code={"ZipFile": lab.deployment_package("function")},
        )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="dojo-another-function")
    with suppress(lambda_client.exceptions.ResourceConflictException):
        lambda_client.add_permission(
            FunctionName="dojo-another-function",
            StatementId="uploads-bucket",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{lab.name('uploads')}",
            SourceAccount=lab.account_id,
        )
    arn = lambda_client.get_function_configuration(FunctionName="dojo-another-function")["FunctionArn"]
    lab.client("s3").put_bucket_notification_configuration(
        Bucket=lab.name("uploads"),
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    )
