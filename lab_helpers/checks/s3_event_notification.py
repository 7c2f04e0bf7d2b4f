"""Checks of the lab ``s3_event_notification``: what the cloud must show for each step.

The lab's ``[names]``: ``role`` (``s3-python-lambda-role``), ``function`` (``s3-python-lambda``),
``uploads`` (``dojo-uploads-{account_id}``), ``thumbnails`` (``dojo-thumbnails-{account_id}``).
The function of lab 1 is expected to stand when the lab begins (``prepare`` of the lab's
``solution/steps.py`` makes it). The steps, in order, and what is looked at:

===================== ======================================================================
create_buckets        both buckets exist, in the function's Region
grant_s3_permission   the resource-based policy lets ``s3.amazonaws.com`` invoke the function,
                      with ``SourceArn`` (the uploads bucket) and ``SourceAccount``
configure_notification ``s3:ObjectCreated:*`` of the uploads bucket notifies the function
see_trigger           seen from the function: each bucket that the policy admits notifies this
                      function, and the notification is admitted by the policy
upload_and_read_log   ``test.png`` is in the uploads bucket, its key is in the function's log
thumbnail             an unseen PNG gets a PNG of at most 128 × 128 pixels, same proportions,
                      in the thumbnails bucket, under a key that contains the upload's name
                      without its extension
odd_keys              the same for keys with a space, a plus sign and Japanese characters
no_loop               the notification has the suffix filter ``.png``; nothing is written to
                      the uploads bucket
===================== ======================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, expect_equal, expect_found, unmet
from lab_helpers.grading.log_reading import LoggedRun, log_group_of, logged_runs
from lab_helpers.grading.notification_reading import (
    Rule,
    filters,
    lets_through,
    missing_created_events,
    notifies,
)
from lab_helpers.grading.png import make_png, png_size
from lab_helpers.grading.policy_reading import (
    Statement,
    allows,
    any_matches,
    condition_values,
    covers_action,
    service_principals,
    statements,
)
from lab_helpers.grading.upload_probe import UploadProbe, object_keys

LAB = "s3_event_notification"
STEPS = (
    "create_buckets",
    "grant_s3_permission",
    "configure_notification",
    "see_trigger",
    "upload_and_read_log",
    "thumbnail",
    "odd_keys",
    "no_loop",
)

S3 = "s3.amazonaws.com"
INVOKE = "lambda:InvokeFunction"
TEST_KEY = "test.png"
MAX_SIDE_PX = 128
PICTURE_PX = (640, 400)
"""Of the probe; its thumbnail of the same proportions is 128 × 80."""


def _bucket_arn(ev: Evidence) -> str:
    return f"arn:aws:s3:::{ev.name('uploads')}"


def _function(ev: Evidence) -> Mapping[str, Any]:
    return expect_found(ev.function("function"), "function_missing")


def _log_group(ev: Evidence) -> str:
    return log_group_of(_function(ev), ev.name("function"))


# --- create_buckets


def _exists(ev: Evidence, bucket: str) -> bool:
    return absent_as_none(lambda: ev.s3_client.head_bucket(Bucket=bucket)) is not None


@check(lab=LAB, step="create_buckets")
def buckets_exist(ev: Evidence) -> None:
    missing = [
        bucket for bucket in (ev.name("uploads"), ev.name("thumbnails")) if not _exists(ev, bucket)
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
        lambda s: any_matches(condition_values(s, "aws:SourceArn"), _bucket_arn(ev)),
        lambda s: ev.account_id in condition_values(s, "aws:SourceAccount"),
    )


def _nearest_statement(ev: Evidence) -> Statement:
    """The statement that fulfils the most: the one that the learner means."""
    _function(ev)
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
    expected = _bucket_arn(ev)
    expect(arns, "source_arn_missing", expected=expected)
    expect(any_matches(arns, expected), "source_arn_wrong", found=arns[0], expected=expected)
    broad = [arn for arn in arns if arn in ("*", "arn:aws:s3:::*")]
    expect(not broad, "source_arn_too_broad", found=broad, expected=expected)


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


def _rules(ev: Evidence) -> list[Rule]:
    """The uploads bucket's notifications to Lambda functions."""
    bucket = ev.name("uploads")
    expect(_exists(ev, bucket), "uploads_missing")
    found = ev.s3_client.get_bucket_notification_configuration(Bucket=bucket)
    rules: Sequence[Any] = found.get("LambdaFunctionConfigurations", [])
    return list(rules)


def _own_rules(ev: Evidence) -> list[Rule]:
    """Those that notify the lab's function (or one of its versions or aliases)."""
    arn = _function(ev)["Configuration"]["FunctionArn"]
    rules = _rules(ev)
    expect(rules, "notification_missing")
    own = [rule for rule in rules if notifies(rule, arn)]
    expect(own, "notifies_other_function", found=rules[0]["LambdaFunctionArn"], expected=arn)
    return own


@check(lab=LAB, step="configure_notification")
def function_is_notified(ev: Evidence) -> None:
    _own_rules(ev)


@check(lab=LAB, step="configure_notification")
def every_creation_notifies(ev: Evidence) -> None:
    rules = _own_rules(ev)
    found = ", ".join(event for rule in rules for event in rule["Events"])
    expect(not missing_created_events(rules), "events_incomplete", found=found)


@check(lab=LAB, step="configure_notification")
def test_png_notifies(ev: Evidence) -> None:
    rules = _own_rules(ev)
    found = "; ".join(str(filters(rule)) for rule in rules)
    expect(any(lets_through(rule, TEST_KEY) for rule in rules), "filter_too_narrow", found=found)


# --- see_trigger


@check(lab=LAB, step="see_trigger")
def both_sides_agree(ev: Evidence) -> None:
    """What the Lambda console shows as a trigger: a permission and a notification that match."""
    function = _function(ev)
    arn = function["Configuration"]["FunctionArn"]
    admitted = [
        source.removeprefix("arn:aws:s3:::")
        for statement in _policy(ev)
        if allows(statement) and S3 in service_principals(statement)
        for source in condition_values(statement, "aws:SourceArn")
    ]
    bucket = ev.name("uploads")
    rules = _rules(ev) if _exists(ev, bucket) else []
    notified = any(notifies(rule, arn) for rule in rules)
    expect(admitted or notified, "trigger_missing")
    expect(admitted, "notification_without_policy")
    expect(notified, "policy_without_notification", found=", ".join(admitted))
    expect(any_matches(admitted, bucket), "sides_disagree", found=", ".join(admitted))


# --- upload_and_read_log


@check(lab=LAB, step="upload_and_read_log")
def test_png_is_there(ev: Evidence) -> None:
    _function(ev)
    bucket = ev.name("uploads")
    expect(_exists(ev, bucket), "uploads_missing")
    keys = object_keys(ev.s3_client, bucket)
    if TEST_KEY not in keys:
        alike = [key for key in keys if key.rsplit("/", 1)[-1].lower() == TEST_KEY]
        expect(not alike, "object_key_differs", found=", ".join(alike))
        unmet("object_missing")


def _runs_after_upload(ev: Evidence) -> list[LoggedRun] | None:
    """Finished invocations since ``test.png`` was uploaded; None while there are none."""
    head = ev.s3_client.head_object(Bucket=ev.name("uploads"), Key=TEST_KEY)
    uploaded_ms = int(head["LastModified"].timestamp() * 1000)  # whole seconds, rounded down
    runs = logged_runs(ev.logs_client, _log_group(ev)) or []
    return [run for run in runs if run.finished and run.started_ms >= uploaded_ms] or None


@check(lab=LAB, step="upload_and_read_log")
def upload_ran_the_function(ev: Evidence) -> None:
    expect_found(ev.wait_for(lambda: _runs_after_upload(ev)), "not_invoked")


@check(lab=LAB, step="upload_and_read_log")
def key_is_in_the_log(ev: Evidence) -> None:
    runs = _runs_after_upload(ev) or []
    if any(TEST_KEY in run.text and not run.error for run in runs):
        return
    _report_failed_run(runs)
    unmet("key_not_logged", details=runs[-1].text if runs else "")


def _report_failed_run(runs: Sequence[LoggedRun]) -> None:
    """``Unmet`` where one of the runs ended with an error; nothing otherwise."""
    for run in runs:
        if not run.error:
            continue
        if "AccessDenied" in run.error:
            unmet("role_lacks_permission", details=run.text, error=run.error)
        if "ImportModuleError" in run.error and "PIL" in run.text:
            unmet("pillow_missing", details=run.text, error=run.error)
        unmet("run_failed", details=run.text, error=run.error)


# --- thumbnail, odd_keys, no_loop


def _open_probe(ev: Evidence) -> Any:
    """A probe of the two buckets; what must stand before anything can be uploaded is looked at."""
    _own_rules(ev)
    expect(_exists(ev, ev.name("thumbnails")), "thumbnails_missing")
    return UploadProbe.open(ev, ev.name("uploads"), ev.name("thumbnails"), _log_group(ev))


def _holds(results: Sequence[str], stem: str) -> str | None:
    """The key, of those that came of the probe, that contains ``stem``."""
    return next((key for key in results if stem in key), None)


@check(lab=LAB, step="thumbnail")
def unseen_png_gets_thumbnail(ev: Evidence) -> None:
    made_before = (
        object_keys(ev.s3_client, ev.name("thumbnails"))
        if _exists(ev, ev.name("thumbnails"))
        else []
    )
    with _open_probe(ev) as probe:
        probe.put_all({f"{probe.token}.png": make_png(*PICTURE_PX, probe.token)})
        found = _holds(probe.wait_for_results(), probe.token)
        if found is None:
            expect(not probe.stray_keys(), "thumbnail_in_source", found=probe.stray_keys())
            _report_failed_run(probe.new_runs())
            expect(probe.new_runs(), "upload_not_noticed")
            unmet("thumbnail_missing" if made_before else "no_thumbnail_yet")
        answer = ev.s3_client.get_object(Bucket=ev.name("thumbnails"), Key=found)
        _expect_thumbnail(answer["Body"].read())


def _expect_thumbnail(content: bytes) -> None:
    size = expect_found(png_size(content), "thumbnail_not_png", found=repr(content[:8]))
    width, height = size
    found = f"{width} × {height}"
    expect(max(size) <= MAX_SIDE_PX, "thumbnail_too_large", found=found)
    skew = abs(width * PICTURE_PX[1] - height * PICTURE_PX[0])
    # one pixel of rounding in either direction
    expect(skew <= max(PICTURE_PX), "aspect_ratio_lost", found=found)


@check(lab=LAB, step="odd_keys")
def odd_keys_get_thumbnails(ev: Evidence) -> None:
    with _open_probe(ev) as probe:
        token = probe.token
        stems = {
            "plain": f"{token}-plain",
            "space": f"{token}-red flower",
            "plus": f"{token}-1+1",
            "japanese": f"{token}-夏休み",
        }
        probe.put_all({f"{stem}.png": make_png(*PICTURE_PX, stem) for stem in stems.values()})
        results = probe.wait_for_results()
        failed = {name for name, stem in stems.items() if _holds(results, stem) is None}
        runs = probe.new_runs()
        if "plain" in failed:
            _report_failed_run(runs)
        expect("plain" not in failed, "thumbnail_first")
        log = "\n\n".join(run.text for run in runs if run.error)
        _expect_decoded(failed, log, len(results) == len(stems))


def _expect_decoded(failed: set[str], log: str, all_written: bool) -> None:
    """Which keys failed tells how the function decodes them."""
    if not failed:
        return
    if all_written:
        unmet("thumbnail_key_encoded")
    if failed == {"space"}:
        unmet("plus_left_as_it_is", details=log)
    if failed == {"plus"}:
        unmet("decoded_twice", details=log)
    if failed == {"japanese"} or failed == {"japanese", "plus"}:
        unmet("percent_not_decoded", details=log)
    unmet("key_not_decoded", details=log)


@check(lab=LAB, step="no_loop")
def only_png_notifies(ev: Evidence) -> None:
    own = _own_rules(ev)
    suffixes = [filters(rule).get("suffix", "") for rule in own]
    expect(any(suffixes), "filter_missing")
    expect(all(suffix == ".png" for suffix in suffixes), "suffix_wrong", found=", ".join(suffixes))


@check(lab=LAB, step="no_loop")
def nothing_is_written_to_uploads(ev: Evidence) -> None:
    with _open_probe(ev) as probe:
        probe.put_all({f"{probe.token}.png": make_png(*PICTURE_PX, probe.token)})
        results = probe.wait_for_results()
        expect(not probe.stray_keys(), "thumbnail_in_source", found=probe.stray_keys())
        if not results:
            _report_failed_run(probe.new_runs())
        expect(results, "thumbnail_first")
