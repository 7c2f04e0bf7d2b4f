"""The role's permission is removed once the setting is accepted."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "dead_letter_queue"
DIAGNOSIS = "role_may_not_send"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "dead_letter_queue")
    lab.client("iam").delete_role_policy(
        RoleName="dojo-settle-payment-role", PolicyName="send-dead-letters"
    )
