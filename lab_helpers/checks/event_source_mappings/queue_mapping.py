"""Steps about the queue: mapping, redrive policy, partial batch response, filter criteria."""

from __future__ import annotations

import json

from lab_helpers.checks.event_source_mappings.probes import OrderProbe
from lab_helpers.checks.event_source_mappings.resources import (
    LAB,
    lab_function,
    lab_queue,
    queue_mapping_of,
)
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, expect_equal, unmet
from lab_helpers.grading.mapping_reading import EventSourceMapping, patterns

BATCH_SIZE = 5
RECEIVES = 5
"""AWS recommends at least five.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""
REPORTS = "ReportBatchItemFailures"


# --- map_queue


@check(lab=LAB, step="map_queue")
def queue_is_mapped(ev: Evidence) -> None:
    queue_mapping_of(ev)


@check(lab=LAB, step="map_queue")
def five_orders_at_most(ev: Evidence) -> None:
    mapping = queue_mapping_of(ev)
    expect_equal(mapping["BatchSize"], BATCH_SIZE, "batch_size_wrong", uuid=mapping["UUID"])


@check(lab=LAB, step="map_queue")
def unseen_order_is_taken(ev: Evidence) -> None:
    with OrderProbe.open(ev) as probe:
        probe.send("order")
        if not probe.wait_until_taken("order"):
            failed = probe.failed_text()
            expect(not failed, "order_failed", details=failed)
            unmet("order_not_taken")


# --- redrive_policy


@check(lab=LAB, step="redrive_policy")
def queue_has_redrive_policy(ev: Evidence) -> None:
    queue_mapping_of(ev)
    if lab_queue(ev, "orders").redrive_policy:
        return
    expect(not lab_queue(ev, "orders_dlq").redrive_policy, "policy_on_the_dlq")
    function = lab_function(ev, "orders_function")["Configuration"]
    target = (function.get("DeadLetterConfig") or {}).get("TargetArn")
    expect(not target, "dlq_on_the_function", found=target)
    unmet("redrive_policy_missing")


@check(lab=LAB, step="redrive_policy")
def dead_letters_go_to_the_dlq(ev: Evidence) -> None:
    policy = lab_queue(ev, "orders").redrive_policy
    expected = lab_queue(ev, "orders_dlq").arn
    expect_equal(policy.get("deadLetterTargetArn"), expected, "other_dlq")


@check(lab=LAB, step="redrive_policy")
def received_five_times(ev: Evidence) -> None:
    found = int(lab_queue(ev, "orders").redrive_policy.get("maxReceiveCount", 0))
    expect(found >= RECEIVES, "gives_up_too_early", found=found)
    # more is no mistake on AWS, but the lab's text counts five rounds and so does the check's wait
    expect(found == RECEIVES, "gives_up_late", found=found)


@check(lab=LAB, step="redrive_policy")
def unseen_poison_is_set_aside(ev: Evidence) -> None:
    with OrderProbe.open(ev) as probe:
        probe.send(poison=0)
        settled = probe.wait_until_settled()
        expect(settled or probe.in_dlq("poison"), "poison_still_there")
        expect(probe.in_dlq("poison"), "poison_lost")


# --- partial_batch_response


@check(lab=LAB, step="partial_batch_response")
def good_orders_are_taken_once(ev: Evidence) -> None:
    mapping = queue_mapping_of(ev)
    expect(lab_queue(ev, "orders").redrive_policy, "redrive_policy_first")
    reports = REPORTS in (mapping.get("FunctionResponseTypes") or [])
    with OrderProbe.open(ev) as probe:
        probe.send(first=1, poison=0, last=1)
        expect(probe.wait_until_settled(), "poison_still_there")
        _expect_partial(probe, reports)


def _expect_partial(probe: OrderProbe, reports: bool) -> None:
    """Orders ``first`` and ``last`` were good, ``poison`` between them was not."""
    taken = {name: probe.taken(name) for name in ("first", "last")}
    log = next((run.text for run in probe.runs()), "")
    if not probe.in_dlq("poison"):
        expect(reports, "failures_not_reported", details=log)
        unmet("failure_swallowed", details=log)
    counts = f"{taken['first']}, {taken['last']}"
    if taken == {"first": 1, "last": 1}:
        expect(reports, "response_type_missing")
        return
    if not reports:
        unmet("response_type_missing")
    failed = probe.failed_text()
    expect(not failed, "function_raises", found=counts, details=failed)
    unmet("identifier_wrong", found=counts, details=log)


# --- filter_criteria


@check(lab=LAB, step="filter_criteria")
def only_orders_come_through(ev: Evidence) -> None:
    mapping = queue_mapping_of(ev)
    expect(patterns(mapping), "filter_missing")
    with OrderProbe.open(ev) as probe:
        probe.send("order", "ping")
        settled = probe.wait_until_settled()
        found = json.dumps(patterns(mapping))
        expect(not probe.is_mentioned("ping"), "filter_lets_pings_pass", found=found)
        expect(settled, "poison_still_there")
        dropped = "filter_value_wrong" if _looks_at_kind(mapping) else "filter_drops_orders"
        expect(probe.is_mentioned("order"), dropped, found=found)
        failed = probe.failed_text()
        expect(probe.taken("order"), "order_failed", details=failed)


def _looks_at_kind(mapping: EventSourceMapping) -> bool:
    """Whether a pattern has ``kind`` in its place, whatever value it wants there."""
    bodies = [one.get("body") for one in patterns(mapping) if isinstance(one, dict)]
    return any(isinstance(body, dict) and "kind" in body for body in bodies)
