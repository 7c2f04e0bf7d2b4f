"""What Hana, a developer, may hand on: roles that exist, and roles that she makes."""

from __future__ import annotations

from lab_helpers.checks.iam_permissions.shop import LAB, may, role, role_arn
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, expect_found
from lab_helpers.grading.role_reading import role_of

LAMBDA, EC2 = "lambda.amazonaws.com", "ec2.amazonaws.com"
PASSED_TO, BOUNDARY = "iam:PassedToService", "iam:PermissionsBoundary"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


# --- pass_role


@check(lab=LAB, step="pass_role")
def hana_made_a_function(ev: Evidence) -> None:
    role(ev, "developer")
    expect_found(ev.function("new_function"), "hana_function_missing")


@check(lab=LAB, step="pass_role")
def no_other_role_is_passed(ev: Evidence) -> None:
    admin = role_arn(ev, ev.name("admin_role"))
    passes = may(ev, "developer", "iam:PassRole", admin, {PASSED_TO: LAMBDA})
    expect(not passes, "passes_any_role", found=admin)


@check(lab=LAB, step="pass_role")
def no_other_service_gets_it(ev: Evidence) -> None:
    own = role_arn(ev, ev.name("role"))
    passes = may(ev, "developer", "iam:PassRole", own, {PASSED_TO: EC2})
    expect(not passes, "passes_to_any_service", found=EC2)


# --- delegate


@check(lab=LAB, step="delegate")
def hana_made_a_role(ev: Evidence) -> None:
    role(ev, "developer")
    made = expect_found(role_of(ev, ev.name("new_role")), "new_role_missing")
    boundary = made.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
    expect(boundary == _boundary(ev), "new_role_unbounded", found=boundary or "-")


@check(lab=LAB, step="delegate")
def no_role_without_the_boundary(ev: Evidence) -> None:
    new = role_arn(ev, "dojo-hana-check")
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"):
        for context in ({}, {BOUNDARY: ADMINISTRATOR}):
            allowed = may(ev, "developer", action, new, context)
            expect(not allowed, "roles_without_boundary", action=action)


@check(lab=LAB, step="delegate")
def the_boundary_stays(ev: Evidence) -> None:
    own = role_arn(ev, ev.name("new_role"))
    ways: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("iam:DeleteRolePermissionsBoundary", own, {BOUNDARY: _boundary(ev)}),
        ("iam:PutRolePermissionsBoundary", own, {BOUNDARY: ADMINISTRATOR}),
        ("iam:CreatePolicyVersion", _boundary(ev), {}),
    )
    for action, resource, context in ways:
        allowed = may(ev, "developer", action, resource, context)
        expect(not allowed, "boundary_can_be_removed", action=action)


def _boundary(ev: Evidence) -> str:
    return f"arn:aws:iam::{ev.account_id}:policy/{ev.name('boundary')}"
