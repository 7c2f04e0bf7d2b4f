"""The policy that ends all denials, and all protection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

STEP = "least_privilege"
DIAGNOSIS = "too_much"


def apply(lab: SolutionContext) -> None:
    lab.client("iam").attach_role_policy(
        RoleName=lab.name("role"), PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess"
    )
