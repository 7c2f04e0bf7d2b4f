"""The permission is for a bucket of another account."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "grant_s3_permission"
DIAGNOSIS = "source_account_wrong"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").add_permission(
        FunctionName="dojo-s3-python-lambda",
        StatementId="uploads-bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{lab.name('uploads')}",
        SourceAccount="111122223333",
    )
