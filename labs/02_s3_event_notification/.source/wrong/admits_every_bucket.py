"""Any bucket of the account may invoke the function."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "grant_s3_permission"
DIAGNOSIS = "source_arn_missing"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").add_permission(
        FunctionName="dojo-s3-python-lambda",
        StatementId="uploads-bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceAccount=lab.account_id,
    )
