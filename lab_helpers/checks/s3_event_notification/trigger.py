"""Steps up to ``see_trigger``: buckets, permission, notification."""

from __future__ import annotations

from collections.abc import Callable

from lab_helpers.arns import partition_of
from lab_helpers.checks.s3_event_notification.resources import (
    LAB,
    bucket_exists,
    bucket_rules,
    lab_function,
    own_rules,
)
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, expect_equal
from lab_helpers.grading.notification_reading import (
    filters,
    lets_through,
    missing_created_events,
    notifies,
)
from lab_helpers.grading.policy_reading import (
    Statement,
    allows,
    any_matches,
    condition_values,
    covers_action,
    service_principals,
    statements,
)

S3 = "s3.amazonaws.com"
INVOKE = "lambda:InvokeFunction"
TEST_KEY = "test.png"


def bucket_arn(ev: Evidence) -> str:
    return f"arn:{partition_of(ev.region)}:s3:::{ev.name('uploads')}"


# --- create_buckets


@check(lab=LAB, step="create_buckets")
def buckets_exist(ev: Evidence) -> None:
    missing = [
        bucket
        for bucket in (ev.name("uploads"), ev.name("thumbnails"))
        if not bucket_exists(ev, bucket)
    ]
    expect(len(missing) < 2, "buckets_missing")
    expect(not missing, "bucket_missing", found=", ".join(missing))


@check(lab=LAB, step="create_buckets")
def uploads_is_in_region(ev: Evidence) -> None:
    """Bucket and function must be in one Region for a notification."""
    location = ev.s3_client.get_bucket_location(Bucket=ev.name("uploads"))
    # us-east-1 is told by no location at all
    found = location.get("LocationConstraint") or "us-east-1"
    expect_equal(found, ev.region, "bucket_in_other_region")


# --- grant_s3_permission


def _policy(ev: Evidence) -> list[Statement]:
    """Statements of the function's resource-based policy; empty where it has none."""
    name = ev.name("function")
    found = absent_as_none(lambda: ev.lambda_client.get_policy(FunctionName=name)["Policy"])
    return statements(found) if found else []


def _tests(ev: Evidence) -> tuple[Callable[[Statement], bool], ...]:
    """What a statement that lets the bucket in must fulfil, in the order of the conditions."""
    return (
        lambda s: allows(s) and S3 in service_principals(s),
        lambda s: covers_action(s, INVOKE),
        lambda s: any_matches(condition_values(s, "aws:SourceArn"), bucket_arn(ev)),
        lambda s: ev.account_id in condition_values(s, "aws:SourceAccount"),
    )


def _nearest_statement(ev: Evidence) -> Statement:
    """The statement that fulfils the most: the one that the learner means."""
    lab_function(ev)
    policy = _policy(ev)
    expect(policy, "policy_missing")
    tests = _tests(ev)
    return max(policy, key=lambda statement: [test(statement) for test in tests])


@check(lab=LAB, step="grant_s3_permission")
def s3_is_principal(ev: Evidence) -> None:
    statement = _nearest_statement(ev)
    principal = statement.get("Principal")
    expect(_tests(ev)[0](statement), "principal_wrong", found=principal)


@check(lab=LAB, step="grant_s3_permission")
def s3_may_invoke(ev: Evidence) -> None:
    statement = _nearest_statement(ev)
    expect(_tests(ev)[1](statement), "action_wrong", found=statement.get("Action"))


@check(lab=LAB, step="grant_s3_permission")
def only_the_bucket(ev: Evidence) -> None:
    arns = condition_values(_nearest_statement(ev), "aws:SourceArn")
    expected = bucket_arn(ev)
    expect(arns, "source_arn_missing", expected=expected)
    expect(any_matches(arns, expected), "source_arn_wrong", found=arns[0], expected=expected)
    broad = [arn for arn in arns if any_matches([arn], f"{expected}-{ev.token()}")]
    expect(not broad, "source_arn_too_broad", found=", ".join(broad), expected=expected)


@check(lab=LAB, step="grant_s3_permission")
def only_this_account(ev: Evidence) -> None:
    accounts = condition_values(_nearest_statement(ev), "aws:SourceAccount")
    expect(accounts, "source_account_missing", expected=ev.account_id)
    expect(
        ev.account_id in accounts,
        "source_account_wrong",
        found=accounts[0],
        expected=ev.account_id,
    )


# --- configure_notification


@check(lab=LAB, step="configure_notification")
def function_is_notified(ev: Evidence) -> None:
    own_rules(ev)


@check(lab=LAB, step="configure_notification")
def every_creation_notifies(ev: Evidence) -> None:
    rules = own_rules(ev)
    found = ", ".join(event for rule in rules for event in rule["Events"])
    expect(not missing_created_events(rules), "events_incomplete", found=found)


@check(lab=LAB, step="configure_notification")
def test_png_notifies(ev: Evidence) -> None:
    rules = own_rules(ev)
    found = "; ".join(str(filters(rule)) for rule in rules)
    expect(any(lets_through(rule, TEST_KEY) for rule in rules), "filter_too_narrow", found=found)


# --- see_trigger


@check(lab=LAB, step="see_trigger")
def both_sides_agree(ev: Evidence) -> None:
    """What the Lambda console shows as a trigger: a permission and a notification that match."""
    function = lab_function(ev)
    arn = function["Configuration"]["FunctionArn"]
    admitted = [
        source.rsplit(":", 1)[-1]
        for statement in _policy(ev)
        if allows(statement) and S3 in service_principals(statement)
        for source in condition_values(statement, "aws:SourceArn") or ["*"]
    ]
    bucket = ev.name("uploads")
    rules = bucket_rules(ev) if bucket_exists(ev, bucket) else []
    notified = any(notifies(rule, arn) for rule in rules)
    expect(admitted or notified, "trigger_missing")
    expect(admitted, "notification_without_policy")
    expect(notified, "policy_without_notification", found=", ".join(admitted))
    expect(any_matches(admitted, bucket), "sides_disagree", found=", ".join(admitted))
