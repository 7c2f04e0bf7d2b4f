"""Another service may invoke the function."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "grant_s3_permission"
DIAGNOSIS = "principal_wrong"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").add_permission(
        FunctionName="dojo-s3-python-lambda",
        StatementId="uploads-bucket",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{lab.name('uploads')}",
        SourceAccount=lab.account_id,
    )
