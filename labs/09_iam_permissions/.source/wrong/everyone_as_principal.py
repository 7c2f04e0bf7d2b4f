"""A star lets in whoever has credentials, of any account."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "let_hana_invoke"
DIAGNOSIS = "everyone_may_invoke"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").add_permission(
        FunctionName=lab.name("function"),
        StatementId="developers",
        Action="lambda:InvokeFunction",
        Principal="*",
    )
