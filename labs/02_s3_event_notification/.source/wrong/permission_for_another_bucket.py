"""The permission was changed to another bucket than the one that notifies."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "see_trigger"
DIAGNOSIS = "sides_disagree"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").remove_permission(
        FunctionName="dojo-s3-python-lambda", StatementId="uploads-bucket"
    )
    lab.client("lambda").add_permission(
        FunctionName="dojo-s3-python-lambda",
        StatementId="thumbnails-bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{lab.name('thumbnails')}",
        SourceAccount=lab.account_id,
    )
