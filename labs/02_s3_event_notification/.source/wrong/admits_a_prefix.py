"""Every bucket whose name begins alike is let in."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "grant_s3_permission"
DIAGNOSIS = "source_arn_too_broad"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").add_permission(
        FunctionName="dojo-s3-python-lambda",
        StatementId="uploads-bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::dojo-*",
        SourceAccount=lab.account_id,
    )
