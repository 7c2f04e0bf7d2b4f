"""The bucket notifies the function without a qualifier, which is $LATEST."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "s3_alias"
DIAGNOSIS = "notifies_something_else"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    function = lambda_client.get_function_configuration(FunctionName="dojo-price-quote")
    lab.client("s3").put_bucket_notification_configuration(
        Bucket=lab.name("bucket"),
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "LambdaFunctionArn": function["FunctionArn"],
                    "Events": ["s3:ObjectCreated:*"],
                }
            ]
        },
    )
