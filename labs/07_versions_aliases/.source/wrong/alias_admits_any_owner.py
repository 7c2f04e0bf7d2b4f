"""The alias names the bucket and not its owner."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "s3_alias"
DIAGNOSIS = "alias_admits_any_account"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    lambda_client.add_permission(
        FunctionName="dojo-price-quote",
        Qualifier="prod",
        StatementId="price-lists",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{lab.name('bucket')}",
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
