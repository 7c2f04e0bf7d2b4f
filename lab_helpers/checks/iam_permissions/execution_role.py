"""What the function may do: its execution role."""

from __future__ import annotations

import json

from lab_helpers.checks.iam_permissions.shop import (
    LAB,
    function,
    inline_policies,
    may,
    objects_of,
    refusal,
    role,
)
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, unmet

DAY = "2026-11-20"
ORDERS = [{"tea": "genmaicha", "yen": 900}]


def _refused(ev: Evidence) -> str:
    """What the function is refused when it is asked for a report; empty: nothing."""
    function(ev, "function")
    bucket = ev.name("sales")
    key = f"{DAY}.json"
    if absent_as_none(lambda: ev.s3_client.head_object(Bucket=bucket, Key=key)) is None:
        ev.s3_client.put_object(Bucket=bucket, Key=key, Body=json.dumps(ORDERS))
    return refusal(ev.invoke(ev.name("function"), {"day": DAY}))


def _untouched(ev: Evidence) -> bool:
    """The role has what the lab gave it: the right to write logs."""
    attached = ev.iam_client.list_attached_role_policies(RoleName=ev.name("role"))
    return not inline_policies(ev, "role") and len(attached["AttachedPolicies"]) <= 1


# --- first_denial


@check(lab=LAB, step="first_denial")
def sales_are_read(ev: Evidence) -> None:
    role(ev, "role")
    refused = _refused(ev)
    if refused and _untouched(ev):
        unmet("nothing_granted", details=refused)
    about_sales = ev.name("sales") in refused
    expect(not about_sales, "sales_still_refused", details=refused)


@check(lab=LAB, step="first_denial")
def salaries_are_not_read(ev: Evidence) -> None:
    salaries = objects_of(ev, "salaries")
    expect(not may(ev, "role", "s3:GetObject", salaries), "reads_too_much", found=salaries)


# --- least_privilege


@check(lab=LAB, step="least_privilege")
def report_is_written(ev: Evidence) -> None:
    role(ev, "role")
    refused = _refused(ev)
    if refused and _untouched(ev):
        unmet("nothing_granted", details=refused)
    expect(not refused, "report_still_refused", details=refused)


@check(lab=LAB, step="least_privilege")
def nothing_more_is_allowed(ev: Evidence) -> None:
    not_needed = (
        ("s3:GetObject", objects_of(ev, "salaries")),
        ("s3:PutObject", objects_of(ev, "sales")),
        ("s3:PutObject", objects_of(ev, "salaries")),
        ("s3:DeleteObject", objects_of(ev, "sales")),
        ("s3:DeleteObject", objects_of(ev, "reports")),
        ("s3:DeleteBucket", f"arn:aws:s3:::{ev.name('reports')}"),
        ("iam:CreateUser", "*"),
    )
    for action, resource in not_needed:
        allowed = may(ev, "role", action, resource)
        expect(not allowed, "too_much", action=action, resource=resource)
