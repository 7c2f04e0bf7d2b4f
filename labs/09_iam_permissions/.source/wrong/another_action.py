"""The right role, and an action that no invocation asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "let_hana_invoke"
DIAGNOSIS = "hana_still_refused"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").add_permission(
        FunctionName=lab.name("function"),
        StatementId="developers",
        Action="lambda:Invoke",
        Principal=f"arn:aws:iam::{lab.account_id}:role/dojo-tea-developer",
    )
