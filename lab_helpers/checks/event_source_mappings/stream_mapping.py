"""Steps about the stream: its mapping, and what becomes of a bad record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.checks.event_source_mappings.probes import ReadingProbe
from lab_helpers.checks.event_source_mappings.resources import (
    LAB,
    lab_queue,
    stream_mapping_of,
)
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, expect_equal, expect_found, unmet
from lab_helpers.grading.mapping_reading import on_failure
from lab_helpers.grading.queue_looking import QueueLook

FOREVER = -1
MOST_RETRIES = 10
"""Beyond this a check's own bad record would hold up the shard for long."""
RECORD_FOLLOWS_WITHIN_S = 2.0


# --- map_stream


@check(lab=LAB, step="map_stream")
def stream_is_mapped(ev: Evidence) -> None:
    stream_mapping_of(ev)


@check(lab=LAB, step="map_stream")
def reads_from_the_beginning(ev: Evidence) -> None:
    mapping = stream_mapping_of(ev)
    found = mapping.get("StartingPosition")
    expect(found == "TRIM_HORIZON", "starts_too_late", found=found, uuid=mapping["UUID"])


@check(lab=LAB, step="map_stream")
def unseen_readings_are_stored(ev: Evidence) -> None:
    probe = ReadingProbe(ev)
    names = [f"{number}" for number in range(1, 4)]
    probe.put(*names)
    if not probe.wait_until_stored(*names):
        failed = probe.failed_text()
        expect(not failed, "reading_failed", details=failed)
        unmet("readings_not_stored")


# --- isolate_bad_record


@check(lab=LAB, step="isolate_bad_record")
def retries_are_limited(ev: Evidence) -> None:
    mapping = stream_mapping_of(ev)
    retries = mapping.get("MaximumRetryAttempts", FOREVER)
    bisects = mapping.get("BisectBatchOnFunctionError", False)
    expect(retries != FOREVER or bisects or on_failure(mapping), "nothing_limits_retries")
    expect(FOREVER < retries <= MOST_RETRIES, "retries_without_end", found=retries)


@check(lab=LAB, step="isolate_bad_record")
def failures_have_a_destination(ev: Evidence) -> None:
    found = on_failure(stream_mapping_of(ev))
    expect(found, "destination_missing")
    expect_equal(found, lab_queue(ev, "failed_readings").arn, "other_destination")


@check(lab=LAB, step="isolate_bad_record")
def bad_record_is_isolated(ev: Evidence) -> None:
    queue = lab_queue(ev, "failed_readings")
    probe = ReadingProbe(ev)
    good = ("1", "2", "3", "4")
    try:
        probe.put("1", "2", "bad", "3", "4")
        record = expect_found(_failure_record(ev, probe, queue), "failure_not_told")
        size = int(record["KinesisBatchInfo"]["batchSize"])
        expect(size == 1, "good_records_given_up", found=size)
        expect(probe.wait_until_stored(*good), "good_records_not_stored")
    finally:
        probe.remove_failure_records(queue)


def _failure_record(
    ev: Evidence, probe: ReadingProbe, queue: QueueLook
) -> Mapping[str, Any] | None:
    """The destination's record of the bad reading; None where the shard went on without one."""

    def look() -> Mapping[str, Any] | None:
        return probe.failure_record("bad", queue)

    ev.wait_for(lambda: True if look() or probe.stored("4") else None)
    return ev.wait_for(look, patience_s=RECORD_FOLLOWS_WITHIN_S)
