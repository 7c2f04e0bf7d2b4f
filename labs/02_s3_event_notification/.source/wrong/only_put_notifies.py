"""Only Put notifies; large files arrive by multipart upload."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "configure_notification"
DIAGNOSIS = "events_incomplete"


def apply(lab: SolutionContext) -> None:
    arn = lab.client("lambda").get_function_configuration(FunctionName="dojo-s3-python-lambda")[
        "FunctionArn"
    ]
    lab.client("s3").put_bucket_notification_configuration(
        Bucket=lab.name("uploads"),
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:Put"]}
            ]
        },
    )
