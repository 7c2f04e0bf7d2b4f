"""Now nobody's uploads are reported, the shop's own neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "confused_deputy"
DIAGNOSIS = "s3_not_let_in"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").remove_permission(
        FunctionName=lab.name("function"), StatementId="s3-anything"
    )
