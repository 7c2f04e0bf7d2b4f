"""What a leaky function can still do once its role has a permissions boundary."""

from __future__ import annotations

from typing import Any

from lab_helpers.checks.iam_permissions.shop import LAB, function, may, refusal, role
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect
from lab_helpers.grading.role_policies import LOG_ACTIONS


def _refused(ev: Evidence, service: str, operation: str, **parameters: Any) -> str:
    """AWS's words where the helper's call is refused; empty where it went through."""
    event = {"service": service, "operation": operation, "parameters": parameters}
    return refusal(ev.invoke(ev.name("helper"), event))


@check(lab=LAB, step="boundary")
def boundary_is_set(ev: Evidence) -> None:
    function(ev, "helper")
    expect("PermissionsBoundary" in role(ev, "helper_role"), "no_boundary")


@check(lab=LAB, step="boundary")
def leak_is_closed(ev: Evidence) -> None:
    user = f"dojo-check-{ev.token()}"
    refused = _refused(ev, "iam", "create_user", UserName=user)
    if not refused:
        ev.iam_client.delete_user(UserName=user)
    expect(refused, "boundary_too_wide", found="iam:CreateUser")
    salaries = ev.name("salaries")
    refused = _refused(ev, "s3", "get_object", Bucket=salaries, Key="2026.json")
    expect(refused, "boundary_too_wide", found=f"s3:GetObject arn:aws:s3:::{salaries}/2026.json")


@check(lab=LAB, step="boundary")
def work_goes_on(ev: Evidence) -> None:
    refused = _refused(ev, "s3", "list_objects_v2", Bucket=ev.name("sales"))
    expect(not refused, "own_work_refused", found="s3:ListBucket", details=refused)
    refused = _refused(ev, "s3", "get_object", Bucket=ev.name("sales"), Key="2026-11-20.json")
    expect(not refused, "own_work_refused", found="s3:GetObject", details=refused)
    for action in LOG_ACTIONS:
        allowed = may(ev, "helper_role", action, "*")
        expect(allowed, "own_work_refused", found=action)
