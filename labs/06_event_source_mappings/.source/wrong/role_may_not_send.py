"""The destination is named, and the execution role may not write to it."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "isolate_bad_record"
DIAGNOSIS = "failure_not_told"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "isolate_bad_record")
    lab.client("iam").delete_role_policy(
        RoleName="dojo-mapping-role", PolicyName="send-failed-readings"
    )
