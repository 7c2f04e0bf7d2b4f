"""Steps from ``upload_and_read_log`` on: what the function makes of uploads."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from lab_helpers.checks.s3_event_notification.resources import (
    LAB,
    bucket_exists,
    lab_function,
    log_group,
    own_rules,
)
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import CannotLook, expect, expect_found, unmet
from lab_helpers.grading.journal_reader import JournalRecord
from lab_helpers.grading.log_reading import LoggedRun, logged_runs
from lab_helpers.grading.notification_reading import filters
from lab_helpers.grading.png import make_png, png_size
from lab_helpers.grading.upload_probe import QUEUED_WITHIN_S, UploadProbe, object_keys

TEST_KEY = "test.png"
MAX_SIDE_PX = 128
PICTURE_PX = (640, 400)
"""Of the probe; its thumbnail of the same proportions is 128 × 80."""


# --- upload_and_read_log


@check(lab=LAB, step="upload_and_read_log")
def test_png_is_there(ev: Evidence) -> None:
    lab_function(ev)
    bucket = ev.name("uploads")
    expect(bucket_exists(ev, bucket), "uploads_missing")
    keys = object_keys(ev.s3_client, bucket)
    if TEST_KEY not in keys:
        alike = [key for key in keys if key.rsplit("/", 1)[-1].lower() == TEST_KEY]
        expect(not alike, "object_key_differs", found=", ".join(alike))
        unmet("object_missing")


def _uploaded_s(ev: Evidence) -> float:
    """When ``test.png`` was uploaded: seconds since the epoch, whole ones, rounded down."""
    head = ev.s3_client.head_object(Bucket=ev.name("uploads"), Key=TEST_KEY)
    return head["LastModified"].timestamp()


def _runs_after_upload(ev: Evidence) -> list[LoggedRun] | None:
    """Finished invocations since ``test.png`` was uploaded; None while there are none."""
    uploaded_s = _uploaded_s(ev)
    runs = logged_runs(ev.logs_client, log_group(ev)) or []
    retries = _queued_before(ev, uploaded_s)
    return [
        run
        for run in runs
        if run.finished and run.started_ms >= uploaded_s * 1000 and run.request_id not in retries
    ] or None


def _queued(ev: Evidence) -> list[JournalRecord] | None:
    """Every event that was queued for an asynchronous invocation, None where nobody tells."""
    with contextlib.suppress(CannotLook):
        return ev.journal.queued_events() if ev.journal else None
    return None


def _queued_before(ev: Evidence, moment_s: float) -> set[str]:
    """Request ids of events that waited already: what runs later are their retries."""
    return {event.request_id for event in _queued(ev) or [] if event.time < moment_s}


def _may_still_run(ev: Evidence) -> bool:
    """False where the journal tells that the upload queued no event."""
    queued, uploaded_s = _queued(ev), _uploaded_s(ev)
    return queued is None or any(event.time >= uploaded_s for event in queued)


@check(lab=LAB, step="upload_and_read_log")
def upload_ran_the_function(ev: Evidence) -> None:
    patience_s = None if _may_still_run(ev) else QUEUED_WITHIN_S
    runs = ev.wait_for(lambda: _runs_after_upload(ev), patience_s=patience_s)
    expect_found(runs, "not_invoked")


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
    own_rules(ev)
    expect(bucket_exists(ev, ev.name("thumbnails")), "thumbnails_missing")
    return UploadProbe.open(ev, ev.name("uploads"), ev.name("thumbnails"), log_group(ev))


def _holds(results: Sequence[str], stem: str) -> str | None:
    """The key, of those that came of the probe, that contains ``stem``."""
    return next((key for key in results if stem in key), None)


@check(lab=LAB, step="thumbnail")
def unseen_png_gets_thumbnail(ev: Evidence) -> None:
    made_before = (
        object_keys(ev.s3_client, ev.name("thumbnails"))
        if bucket_exists(ev, ev.name("thumbnails"))
        else []
    )
    with _open_probe(ev) as probe:
        probe.put_all({f"{probe.token}.png": make_png(*PICTURE_PX, probe.token)})
        found = _holds(probe.wait_for_results(), probe.token)
        if found is None:
            expect(
                not probe.stray_keys(), "thumbnail_in_source", found=", ".join(probe.stray_keys())
            )
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
    own = own_rules(ev)
    suffixes = [filters(rule).get("suffix", "") for rule in own]
    expect(any(suffixes), "filter_missing")
    expect(all(suffix == ".png" for suffix in suffixes), "suffix_wrong", found=", ".join(suffixes))


@check(lab=LAB, step="no_loop")
def nothing_is_written_to_uploads(ev: Evidence) -> None:
    with _open_probe(ev) as probe:
        probe.put_all({f"{probe.token}.png": make_png(*PICTURE_PX, probe.token)})
        results = probe.wait_for_results()
        expect(not probe.stray_keys(), "thumbnail_in_source", found=", ".join(probe.stray_keys()))
        if not results:
            _report_failed_run(probe.new_runs())
        expect(results, "thumbnail_first")
