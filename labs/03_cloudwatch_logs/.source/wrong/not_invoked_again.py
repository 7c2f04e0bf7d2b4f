"""The policy is attached, but nothing has run since."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "silent_function"
DIAGNOSIS = "not_invoked_since"


def apply(lab: SolutionContext) -> None:
    lab.client("iam").attach_role_policy(
        RoleName="dojo-silent-desk-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    )
