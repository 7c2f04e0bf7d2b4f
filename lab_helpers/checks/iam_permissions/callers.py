"""Who may invoke the function: its resource-based policy."""

from __future__ import annotations

import json

from botocore.exceptions import ClientError

from lab_helpers.checks.iam_permissions.shop import LAB, function, role, role_arn
from lab_helpers.grading.assumed_role import refusal_to_invoke
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, unmet
from lab_helpers.grading.policy_reading import (
    Statement,
    allows,
    any_matches,
    as_list,
    condition_values,
    service_principals,
    statements,
)

S3 = "s3.amazonaws.com"


def _policy(ev: Evidence) -> list[Statement]:
    """The function's policy; empty where it has none."""
    name = ev.name("function")
    found = absent_as_none(lambda: ev.lambda_client.get_policy(FunctionName=name)["Policy"])
    return [one for one in statements(found) if allows(one)] if found else []


def _for_s3(ev: Evidence) -> list[Statement]:
    return [one for one in _policy(ev) if S3 in service_principals(one)]


def _accounts_principals(statement: Statement) -> list[str]:
    principal = statement.get("Principal")
    return as_list(principal.get("AWS") if isinstance(principal, dict) else principal)


# --- let_hana_invoke


@check(lab=LAB, step="let_hana_invoke")
def hana_may_invoke(ev: Evidence) -> None:
    function(ev, "function")
    role(ev, "developer")
    refused = refusal_to_invoke(ev, ev.name("developer"), ev.name("function"))
    if refused and not any(_accounts_principals(one) for one in _policy(ev)):
        unmet("nobody_let_in", details=refused)
    found = "; ".join(
        f"`{action}` → `{name}`"
        for one in _policy(ev)
        for name in _accounts_principals(one)
        for action in as_list(one.get("Action"))
    )
    wanted = role_arn(ev, ev.name("developer"))
    expect(not refused, "hana_still_refused", details=refused, found=found, wanted=f"`{wanted}`")


@check(lab=LAB, step="let_hana_invoke")
def nobody_else_may(ev: Evidence) -> None:
    refused = refusal_to_invoke(ev, ev.name("accountant"), ev.name("function"))
    expect(refused, "everyone_may_invoke")


@check(lab=LAB, step="let_hana_invoke")
def the_functions_policy_names_her(ev: Evidence) -> None:
    wanted = role_arn(ev, ev.name("developer"))
    named = [name for one in _policy(ev) for name in _accounts_principals(one)]
    expect(wanted in named, "allowed_elsewhere", wanted=wanted)


# --- confused_deputy


@check(lab=LAB, step="confused_deputy")
def no_door_is_open(ev: Evidence) -> None:
    function(ev, "function")
    for_s3 = _for_s3(ev)
    expect(for_s3, "s3_not_let_in")
    open_doors = [one["Sid"] for one in for_s3 if not condition_values(one, "aws:SourceArn")]
    if open_doors and len(open_doors) == len(for_s3):
        unmet("door_is_open", found=", ".join(open_doors))
    expect(not open_doors, "old_permission_left", found=", ".join(open_doors))


@check(lab=LAB, step="confused_deputy")
def strangers_are_kept_out(ev: Evidence) -> None:
    stranger = f"arn:aws:s3:::{ev.token()}"
    for one in _for_s3(ev):
        sources = condition_values(one, "aws:SourceArn")
        expect(not any_matches(sources, stranger), "any_bucket_may_invoke", found=sources[0])
        accounts = condition_values(one, "aws:SourceAccount")
        expect(accounts == [ev.account_id], "account_missing", statement=one["Sid"])


@check(lab=LAB, step="confused_deputy")
def uploads_are_reported(ev: Evidence) -> None:
    """A file of sales that nobody has seen, and the report that must follow."""
    expect(_is_notified(ev), "no_report_after_upload")
    key = f"dojo-check-{ev.token()}.json"
    orders = json.dumps([{"tea": "hojicha", "yen": 700}])
    ev.s3_client.put_object(Bucket=ev.name("sales"), Key=key, Body=orders)
    try:
        report = ev.wait_for(lambda: _report(ev, key))
        expect(report is not None, "no_report_after_upload")
    finally:
        for bucket in ("sales", "reports"):
            ev.s3_client.delete_object(Bucket=ev.name(bucket), Key=key)


def _is_notified(ev: Evidence) -> bool:
    found = ev.s3_client.get_bucket_notification_configuration(Bucket=ev.name("sales"))
    rules = found.get("LambdaFunctionConfigurations", [])
    return any(f":function:{ev.name('function')}" in one["LambdaFunctionArn"] for one in rules)


def _report(ev: Evidence, key: str) -> bool | None:
    try:
        ev.s3_client.head_object(Bucket=ev.name("reports"), Key=key)
    except ClientError:
        return None
    return True
