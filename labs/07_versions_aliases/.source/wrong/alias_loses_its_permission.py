"""The permission of the alias was removed once the notification stood."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "s3_alias"
DIAGNOSIS = "alias_admits_nobody"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "s3_alias")
    lab.client("lambda").remove_permission(
        FunctionName="dojo-price-quote", Qualifier="prod", StatementId="price-lists"
    )
