"""Checks of the lab ``versions_aliases``: what the cloud must show for each step.

``prepare`` of the lab's ``solution/steps.py`` makes ``dojo-price-quote``, unpublished, which adds
8 % tax. Versions are told by what they answer, not by their numbers: a learner may need more than
one attempt, and numbers are never used again. The steps:

============== ===========================================================================
publish        a published version adds 8 %
second_version another one adds 10 %
aliases        ``prod`` stands on the first kind, ``dev`` on the second
s3_alias       the bucket notifies ``prod``, whose own policy admits this bucket alone; an
               upload arrives there
canary         of 150 invocations in a row through ``prod``, a few ran on the new version
rollback       after that, ``prod`` stands on the old version, without weights
fixed_version  ``dev`` quotes free samples
============== ===========================================================================

The handlers write, for each invocation, by which alias it was reached and which version ran.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, expect_found, unmet
from lab_helpers.grading.invoking import Invoked, invoke
from lab_helpers.grading.log_reading import logged_messages
from lab_helpers.grading.notification_reading import (
    filters,
    lets_through,
    missing_created_events,
)
from lab_helpers.grading.policy_reading import (
    allows,
    any_matches,
    condition_values,
    service_principals,
    statements,
)

LAB = "versions_aliases"
STEPS = (
    "publish",
    "second_version",
    "aliases",
    "s3_alias",
    "canary",
    "rollback",
    "fixed_version",
)

OLD_PERCENT, NEW_PERCENT = 8, 10
S3 = "s3.amazonaws.com"
ENOUGH = 150
"""Of the 200 invocations that the lab asks for."""
LEAST_SHARE, MOST_SHARE = 0.02, 0.25
"""Of the new version with a weight of 0.1; a fair draw is outside once in some thousand times."""
NEWEST_VERSIONS = 8
KEY = "spring.csv"
NOTICED_WITHIN_S = 6.0
"""A backend with a journal is on this machine: events do not linger."""

_RAN = re.compile(r"as (\S+) by version (\S+)")


def _function(ev: Evidence) -> Mapping[str, Any]:
    return expect_found(ev.function("function"), "function_missing")


def _quote(ev: Evidence, qualifier: str, price: int) -> Invoked:
    name = f"{ev.name('function')}:{qualifier}"
    return invoke(ev.lambda_client, name, {"price": price})


def _tax_percent(ev: Evidence, qualifier: str) -> int | None:
    """By how much a price grows, None where there is no total."""
    result = _quote(ev, qualifier, 1000).result
    total = result.get("total") if isinstance(result, dict) else None
    return round((total - 1000) / 10) if isinstance(total, int | float) else None


def _share_of_tax(ev: Evidence, qualifier: str, price: int) -> float | None:
    """To three places; None where the answer tells none."""
    result = _quote(ev, qualifier, price).result
    share = result.get("tax_share") if isinstance(result, dict) else None
    return round(share, 3) if isinstance(share, int | float) else None


def _published(ev: Evidence) -> dict[str, int | None]:
    """The newest published versions → what they add in percent; oldest first."""
    _function(ev)
    pages = ev.lambda_client.get_paginator("list_versions_by_function").paginate(
        FunctionName=ev.name("function")
    )
    found = [version["Version"] for page in pages for version in page["Versions"]]
    numbers = sorted((number for number in found if number.isdigit()), key=int)
    return {number: _tax_percent(ev, number) for number in numbers[-NEWEST_VERSIONS:]}


# --- publish, second_version


@check(lab=LAB, step="publish")
def first_version_is_published(ev: Evidence) -> None:
    published = _published(ev)
    expect(published, "nothing_published")
    expect(OLD_PERCENT in published.values(), "old_code_not_published", found=_told(published))


def _told(published: Mapping[str, int | None]) -> str:
    return ", ".join(f"{number}: {percent} %" for number, percent in published.items())


@check(lab=LAB, step="second_version")
def new_code_is_published(ev: Evidence) -> None:
    published = _published(ev)
    if NEW_PERCENT in published.values():
        return
    expect(_tax_percent(ev, "$LATEST") != NEW_PERCENT, "new_code_not_published")
    expect(len(published) < 2, "only_settings_changed", found=_told(published))
    unmet("code_not_changed")


# --- aliases


def _alias(ev: Evidence, name: str) -> Mapping[str, Any] | None:
    function = ev.name("function")
    return absent_as_none(
        lambda: dict(ev.lambda_client.get_alias(FunctionName=function, Name=name))
    )


@check(lab=LAB, step="aliases")
def aliases_stand_on_their_versions(ev: Evidence) -> None:
    _function(ev)
    stands = {name: _alias(ev, name) for name in ("prod", "dev")}
    missing = [name for name, alias in stands.items() if alias is None]
    expect(not missing, "alias_missing", found=", ".join(missing))
    on = {name: alias["FunctionVersion"] for name, alias in stands.items() if alias}
    expect(_tax_percent(ev, on["prod"]) == OLD_PERCENT, "prod_on_new_code", found=on["prod"])
    expect(_tax_percent(ev, on["dev"]) == NEW_PERCENT, "dev_on_old_code", found=on["dev"])


# --- s3_alias


def _alias_arn(ev: Evidence) -> str:
    return f"{_function(ev)['Configuration']['FunctionArn']}:prod"


@check(lab=LAB, step="s3_alias")
def bucket_notifies_the_alias(ev: Evidence) -> None:
    expected = _alias_arn(ev)
    bucket = ev.name("bucket")
    answer: Any = absent_as_none(
        lambda: ev.s3_client.get_bucket_notification_configuration(Bucket=bucket)
    )
    rules = (answer or {}).get("LambdaFunctionConfigurations", [])
    expect(rules, "notification_missing")
    own = [rule for rule in rules if rule["LambdaFunctionArn"] == expected]
    found = rules[0]["LambdaFunctionArn"]
    expect(own, "notifies_something_else", found=found, expected=expected)
    told = ", ".join(event for rule in own for event in rule["Events"])
    expect(not missing_created_events(own), "uploads_left_out", found=told)
    filtered = ", ".join(str(filters(rule)) for rule in own)
    expect(any(lets_through(rule, KEY) for rule in own), "uploads_left_out", found=filtered)


@check(lab=LAB, step="s3_alias")
def alias_admits_the_bucket_alone(ev: Evidence) -> None:
    name, bucket = ev.name("function"), f"arn:aws:s3:::{ev.name('bucket')}"
    policy = absent_as_none(
        lambda: ev.lambda_client.get_policy(FunctionName=name, Qualifier="prod")["Policy"]
    )
    admitting = [
        statement
        for statement in statements(policy or {})
        if allows(statement) and S3 in service_principals(statement)
    ]
    expect(admitting, "alias_admits_nobody")
    for statement in admitting:
        arns = condition_values(statement, "aws:SourceArn")
        stranger = any_matches(arns, f"{bucket}-{ev.token()}")
        alone = any_matches(arns, bucket) and not stranger
        expect(alone, "alias_admits_any_bucket", found=", ".join(arns) or "-")
        accounts = condition_values(statement, "aws:SourceAccount")
        expect(ev.account_id in accounts, "alias_admits_any_account", expected=ev.account_id)


@check(lab=LAB, step="s3_alias")
def upload_reaches_the_alias(ev: Evidence) -> None:
    key, bucket = f"{ev.token()}-{KEY}", ev.name("bucket")
    ev.s3_client.put_object(Bucket=bucket, Key=key, Body=b"matcha,1000\n")
    try:
        told = ev.wait_for(
            lambda: _run_before(ev, key), patience_s=NOTICED_WITHIN_S if ev.journal else None
        )
    finally:
        ev.s3_client.delete_object(Bucket=bucket, Key=key)
    reached = expect_found(told, "upload_not_handled")
    expect(reached == "prod", "upload_not_handled")


def _run_before(ev: Evidence, key: str) -> str | None:
    """By which alias the run was reached that logged ``key``; None while there is none."""
    invoked_as = ""
    for _, _, message in logged_messages(ev.logs_client, ev.name("log_group")):
        if ran := _RAN.match(message):
            invoked_as = ran[1]
        elif key in message:
            return invoked_as
    return None


# --- canary, rollback


def _through_prod(ev: Evidence) -> list[str]:
    """The versions that ran, one for each invocation through ``prod``, in order of time."""
    _function(ev)
    runs = [
        (timestamp, ran[2])
        for _, timestamp, message in logged_messages(ev.logs_client, ev.name("log_group"))
        if (ran := _RAN.match(message)) and ran[1] == "prod"
    ]
    return [version for _, version in sorted(runs, key=lambda run: run[0])]


def _new_versions(ev: Evidence) -> set[str]:
    return {number for number, percent in _published(ev).items() if percent == NEW_PERCENT}


@check(lab=LAB, step="canary")
def a_few_ran_on_the_new_version(ev: Evidence) -> None:
    new = _new_versions(ev)
    on_new = [version in new for version in _through_prod(ev)]
    expect(any(on_new), "canary_not_started")
    expect(len(on_new) >= ENOUGH, "too_few_invocations", found=len(on_new), expected=ENOUGH)
    windows = range(len(on_new) - ENOUGH + 1)
    shares = [sum(on_new[begin : begin + ENOUGH]) / ENOUGH for begin in windows]
    fair = any(LEAST_SHARE <= share <= MOST_SHARE for share in shares)
    expect(fair, "share_is_off", found=f"{shares[-1]:.0%}")


@check(lab=LAB, step="rollback")
def prod_is_back(ev: Evidence) -> None:
    new = _new_versions(ev)
    expect(new.intersection(_through_prod(ev)), "nothing_to_roll_back")
    alias = expect_found(_alias(ev, "prod"), "alias_missing", found="prod")
    version = alias["FunctionVersion"]
    expect(version not in new, "rolled_forward", found=version)
    expect(version != "$LATEST", "prod_can_be_edited")
    expect(_tax_percent(ev, version) == OLD_PERCENT, "rolled_elsewhere", found=version)
    weights = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    found = ", ".join(f"{number}: {weight:.0%}" for number, weight in weights.items())
    expect(not weights, "weights_left", found=found)


# --- fixed_version


@check(lab=LAB, step="fixed_version")
def dev_quotes_free_samples(ev: Evidence) -> None:
    _function(ev)
    alias = expect_found(_alias(ev, "dev"), "alias_missing", found="dev")
    if not _quote(ev, "dev", 0).function_error:
        percent = _tax_percent(ev, "dev")
        expect(percent == NEW_PERCENT, "tax_lost", found=percent)
        for price, share in ((0, 0), (1000, 0.091)):
            found = _share_of_tax(ev, "dev", price)
            expect(found == share, "share_lost", price=price, found=found, expected=share)
        return
    if _quote(ev, "$LATEST", 0).function_error:
        unmet("bug_still_there")
    newest = list(_published(ev))[-1]
    expect(_quote(ev, newest, 0).function_error, "dev_not_moved", found=alias["FunctionVersion"])
    unmet("fix_not_published")
