"""The lab's resources, or what is missing of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, expect_found
from lab_helpers.grading.log_reading import log_group_of
from lab_helpers.grading.notification_reading import Rule, notifies

LAB = "s3_event_notification"


def lab_function(ev: Evidence) -> Mapping[str, Any]:
    return expect_found(ev.function("function"), "function_missing")


def log_group(ev: Evidence) -> str:
    return log_group_of(lab_function(ev), ev.name("function"))


def bucket_exists(ev: Evidence, bucket: str) -> bool:
    return absent_as_none(lambda: ev.s3_client.head_bucket(Bucket=bucket)) is not None


def bucket_rules(ev: Evidence) -> list[Rule]:
    """The uploads bucket's notifications to Lambda functions."""
    bucket = ev.name("uploads")
    expect(bucket_exists(ev, bucket), "uploads_missing")
    found = ev.s3_client.get_bucket_notification_configuration(Bucket=bucket)
    rules: Sequence[Any] = found.get("LambdaFunctionConfigurations", [])
    return list(rules)


def own_rules(ev: Evidence) -> list[Rule]:
    """Those that notify the lab's function (or one of its versions or aliases)."""
    arn = lab_function(ev)["Configuration"]["FunctionArn"]
    rules = bucket_rules(ev)
    expect(rules, "notification_missing")
    own = [rule for rule in rules if notifies(rule, arn)]
    expect(own, "notifies_other_function", found=rules[0]["LambdaFunctionArn"], expected=arn)
    return own
