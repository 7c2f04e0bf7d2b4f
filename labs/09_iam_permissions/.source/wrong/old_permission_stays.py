"""A narrow permission beside the open one changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "confused_deputy"
DIAGNOSIS = "old_permission_left"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").add_permission(
        FunctionName=lab.name("function"),
        StatementId="s3-sales",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{lab.name('sales')}",
        SourceAccount=lab.account_id,
    )
