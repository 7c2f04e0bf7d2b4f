"""Steps of the function behind a queue, and what the learner has found out about retries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.checks.invocation_types.charge_book import (
    LAB,
    charges_of,
    charges_per_request,
    finished_runs,
    lab_function,
    runs,
    tell_failed_run,
)
from lab_helpers.checks.invocation_types.direct import ATTEMPTS
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, expect_equal, expect_found, unmet
from lab_helpers.grading.queue_looking import QueueLook, queue_arn
from lab_helpers.grading.table_items import Item, all_items

TIMEOUTS_HIDDEN = 6
RECEIVES = 5
"""https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


# --- queue


def _queue(ev: Evidence) -> QueueLook:
    return expect_found(QueueLook.at(ev, ev.name("queue")), "queue_missing")


def _max_receive_count(ev: Evidence) -> int:
    return int(_queue(ev).redrive_policy.get("maxReceiveCount", 0))


@check(lab=LAB, step="queue")
def messages_stay_hidden_long_enough(ev: Evidence) -> None:
    hidden_s = _queue(ev).hidden_s
    expected = TIMEOUTS_HIDDEN * int(lab_function(ev)["Configuration"]["Timeout"])
    expect(hidden_s >= expected, "visibility_too_short", found=hidden_s, expected=expected)


@check(lab=LAB, step="queue")
def queue_gives_up_in_the_end(ev: Evidence) -> None:
    policy = _queue(ev).redrive_policy
    expect(policy, "redrive_missing")
    expected = queue_arn(ev, ev.name("dead_letters"))
    expect_equal(policy.get("deadLetterTargetArn"), expected, "redrive_elsewhere")
    count = _max_receive_count(ev)
    expect(count >= RECEIVES, "gives_up_too_early", found=count, expected=RECEIVES)


# --- mapping_retries


@check(lab=LAB, step="mapping_retries")
def mapping_reads_the_queue(ev: Evidence) -> None:
    function_arn = lab_function(ev)["Configuration"]["FunctionArn"]
    _queue(ev)
    arn = queue_arn(ev, ev.name("queue"))
    mappings = _mappings_of_the_queue(ev)
    # One that reads the dead letters would fail, and begin anew, for as long as they are kept.
    others = ev.lambda_client.list_event_source_mappings(FunctionName=ev.name("function"))
    for other in others["EventSourceMappings"]:
        found, uuid = other["EventSourceArn"], other["UUID"]
        leaving = other["State"] == "Deleting"
        expect(
            found == arn or leaving, "mapping_reads_another", found=found, uuid=uuid, expected=arn
        )
    expect(mappings, "mapping_missing")
    own = [one for one in mappings if one["FunctionArn"].startswith(function_arn)]
    expect(own, "mapping_elsewhere", found=mappings[0]["FunctionArn"])
    states = {one["State"] for one in own}
    expect(states & {"Enabled", "Enabling", "Creating", "Updating"}, "mapping_disabled")


def _mappings_of_the_queue(ev: Evidence) -> list[Mapping[str, Any]]:
    pages = ev.lambda_client.get_paginator("list_event_source_mappings").paginate(
        EventSourceArn=queue_arn(ev, ev.name("queue"))
    )
    return [mapping for page in pages for mapping in page["EventSourceMappings"]]


def _through_queue(ev: Evidence) -> list[Item]:
    return [charge for charge in charges_of(ev, "pay-queue") if charge.get("via") == "sqs"]


@check(lab=LAB, step="mapping_retries")
def message_reached_the_function(ev: Evidence) -> None:
    if ev.wait_for(lambda: _through_queue(ev) or None, patience_s=_patience_s(ev)):
        return
    expect(not charges_of(ev, "pay-queue"), "not_through_queue")
    tell_failed_run(ev)
    unmet("message_missing")


def _patience_s(ev: Evidence) -> float | None:
    """A message that still waits in the queue deserves more patience than none at all."""
    waiting = _queue(ev).waiting
    # A failed attempt of an earlier step says nothing of the message.
    mapped_ms = max(one["LastModified"].timestamp() * 1000 for one in _mappings_of_the_queue(ev))
    failed = any(run.error and run.started_ms >= mapped_ms for run in runs(ev)[-1:])
    return None if waiting and not failed else 0.5


@check(lab=LAB, step="mapping_retries")
def every_receive_charged(ev: Evidence) -> None:
    expected = _max_receive_count(ev)
    ids = charges_per_request(_through_queue(ev))
    if len(ids) < expected:
        found = finished_runs(ev, ids)
        expect(any(run.error for run in found), "receipt_was_sent", payment="pay-queue")
        # Elsewhere than on the embedded cloud the time for which a message stays hidden is not cut.
        rounds_s = expected * _queue(ev).hidden_s + ev.backend.patience_s
        ev.wait_for(
            lambda: len(charges_per_request(_through_queue(ev))) >= expected or None,
            patience_s=None if ev.journal else rounds_s,
        )
    found_count = len(charges_per_request(_through_queue(ev)))
    expect(found_count >= expected, "receives_missing", found=found_count, expected=expected)


# --- who_retries

RETRIED_BY = {"synchronous": "caller", "asynchronous": "lambda", "mapping": "sqs"}


@check(lab=LAB, step="who_retries")
def every_way_is_written_down(ev: Evidence) -> None:
    found = {str(item.get("invocation")) for item in all_items(ev, ev.name("findings"))}
    expect(found, "findings_missing")
    missing = [invocation for invocation in RETRIED_BY if invocation not in found]
    expect(not missing, "findings_incomplete", found=", ".join(missing))


def _findings(ev: Evidence) -> dict[str, Item]:
    return {str(item["invocation"]): item for item in all_items(ev, ev.name("findings"))}


@check(lab=LAB, step="who_retries")
def runs_are_counted(ev: Evidence) -> None:
    receives = _max_receive_count(ev)
    for invocation, expected in (
        ("synchronous", 1),
        ("asynchronous", ATTEMPTS),
        ("mapping", receives),
    ):
        found = _findings(ev)[invocation].get("runs")
        expect(found == expected, "runs_wrong", invocation=invocation, found=found)


@check(lab=LAB, step="who_retries")
def the_one_who_retries_is_named(ev: Evidence) -> None:
    for invocation, expected in RETRIED_BY.items():
        found = str(_findings(ev)[invocation].get("retried_by", "")).lower()
        expect(found == expected, "retried_by_wrong", invocation=invocation, found=found)
