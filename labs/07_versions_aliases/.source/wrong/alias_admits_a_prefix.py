"""The alias admits every bucket whose name begins like this one's."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "s3_alias"
DIAGNOSIS = "alias_admits_any_bucket"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    lambda_client.add_permission(
        FunctionName="dojo-price-quote",
        Qualifier="prod",
        StatementId="price-lists",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::dojo-*",
        SourceAccount=lab.account_id,
    )
    alias = lambda_client.get_alias(FunctionName="dojo-price-quote", Name="prod")
    lab.client("s3").put_bucket_notification_configuration(
        Bucket=lab.name("bucket"),
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "LambdaFunctionArn": alias["AliasArn"],
                    "Events": ["s3:ObjectCreated:*"],
                }
            ]
        },
    )
