"""Steps about asynchronous invocation's settings: retries, age, destinations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.checks.async_dlq.resources import (
    LAB,
    charges_of,
    events_in_flight,
    lab_function,
    records_of,
)
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, expect_found
from lab_helpers.grading.queue_looking import queue_arn

LONGEST_AGE_S = 3600


def _settings(ev: Evidence) -> Mapping[str, Any] | None:
    lab_function(ev)
    name = ev.name("function")
    client = ev.lambda_client
    return absent_as_none(lambda: dict(client.get_function_event_invoke_config(FunctionName=name)))


# --- retries_and_age


@check(lab=LAB, step="retries_and_age")
def nothing_is_tried_again(ev: Evidence) -> None:
    settings = expect_found(_settings(ev), "settings_missing")
    found = settings.get("MaximumRetryAttempts")
    expect(found == 0, "retries_left", found="-" if found is None else found)


@check(lab=LAB, step="retries_and_age")
def old_events_are_given_up(ev: Evidence) -> None:
    found = (_settings(ev) or {}).get("MaximumEventAgeInSeconds")
    expect(
        found is not None and found <= LONGEST_AGE_S,
        "age_too_long",
        found="-" if found is None else found,
        expected=LONGEST_AGE_S,
    )
    expect(found == LONGEST_AGE_S, "age_too_short", found=found, expected=LONGEST_AGE_S)


# --- destinations


def _destination(ev: Evidence, outcome: str) -> str:
    config = (_settings(ev) or {}).get("DestinationConfig", {})
    return str(config.get(outcome, {}).get("Destination", ""))


@check(lab=LAB, step="destinations")
def both_outcomes_have_their_queue(ev: Evidence) -> None:
    success, failure = _destination(ev, "OnSuccess"), _destination(ev, "OnFailure")
    expect(success or failure, "destinations_missing")
    successes = queue_arn(ev, ev.name("successes"))
    failures = queue_arn(ev, ev.name("failures"))
    expect((success, failure) != (failures, successes), "destinations_swapped")
    expect(success == successes, "success_elsewhere", found=success or "-", expected=successes)
    expect(failure == failures, "failure_elsewhere", found=failure or "-", expected=failures)


@check(lab=LAB, step="destinations")
def earlier_settings_are_kept(ev: Evidence) -> None:
    expect((_settings(ev) or {}).get("MaximumRetryAttempts") == 0, "settings_replaced")


@check(lab=LAB, step="destinations")
def records_have_arrived(ev: Evidence) -> None:
    _expect_record(ev, "failures", "pay-202")
    _expect_record(ev, "successes", "pay-203")


def _expect_record(ev: Evidence, queue: str, payment_id: str) -> None:
    patience_s = None if events_in_flight(ev) else 0.2
    sent = ev.wait_for(lambda: charges_of(ev, payment_id) or None, patience_s=patience_s)
    expect(sent, "payment_not_sent", payment=payment_id)
    found = ev.wait_for(lambda: records_of(ev, queue, payment_id) or None)
    expect(found, "record_missing", payment=payment_id, destination=ev.name(queue))
