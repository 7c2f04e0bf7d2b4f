"""S3 may read the function's configuration, not invoke it."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "grant_s3_permission"
DIAGNOSIS = "action_wrong"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").add_permission(
        FunctionName="dojo-s3-python-lambda",
        StatementId="uploads-bucket",
        Action="lambda:GetFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{lab.name('uploads')}",
        SourceAccount=lab.account_id,
    )
