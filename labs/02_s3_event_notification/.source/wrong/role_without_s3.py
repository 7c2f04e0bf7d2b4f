"""The code is right, and the execution role was given nothing to do in S3."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "thumbnail"
DIAGNOSIS = "role_lacks_permission"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "thumbnail")
    lab.client("iam").delete_role_policy(
        RoleName="dojo-s3-python-lambda-role", PolicyName="read-uploads-write-thumbnails"
    )
