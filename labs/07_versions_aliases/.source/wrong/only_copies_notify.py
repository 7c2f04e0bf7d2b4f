"""The notification leaves ordinary uploads out."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "s3_alias"
DIAGNOSIS = "uploads_left_out"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "s3_alias")
    lambda_client = lab.client("lambda")
    alias = lambda_client.get_alias(FunctionName="dojo-price-quote", Name="prod")
    lab.client("s3").put_bucket_notification_configuration(
        Bucket=lab.name("bucket"),
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "LambdaFunctionArn": alias["AliasArn"],
                    "Events": ["s3:ObjectCreated:Copy"],
                }
            ]
        },
    )
