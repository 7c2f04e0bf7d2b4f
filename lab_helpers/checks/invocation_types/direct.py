"""Steps of the function that is invoked directly: waiting for the answer, and not waiting."""

from __future__ import annotations

from lab_helpers.checks.invocation_types.charge_book import (
    LAB,
    charges_of,
    charges_per_request,
    finished_runs,
    first_charges,
    lab_function,
    queued_ids,
    tell_failed_run,
)
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, unmet

ATTEMPTS = 3
"""https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""


# --- sync_call


@check(lab=LAB, step="sync_call")
def function_knows_its_table(ev: Evidence) -> None:
    configuration = lab_function(ev)["Configuration"]
    found = configuration.get("Environment", {}).get("Variables", {}).get("CHARGES_TABLE", "")
    expect(found == ev.name("charges"), "charges_table_unset", found=found or "-")


@check(lab=LAB, step="sync_call")
def first_payment_is_charged(ev: Evidence) -> None:
    charges = first_charges(ev, "pay-1")
    if not charges:
        tell_failed_run(ev)
        unmet("nothing_ran")
    waiting_for_no_one = queued_ids(ev) or set()
    synchronous = set(charges_per_request(charges)) - waiting_for_no_one
    expect(synchronous, "nobody_waited", payment="pay-1")
    # Anybody may write into the book; the log tells who came by the function.
    expect(finished_runs(ev, synchronous), "charged_by_hand", payment="pay-1")


# --- sync_error


def _synchronous_ids(ev: Evidence, payment_id: str) -> list[str]:
    """Request ids that charged the payment once and were never queued."""
    queued = queued_ids(ev) or set()
    per_request = charges_per_request(charges_of(ev, payment_id))
    return [found for found, count in per_request.items() if count == 1 and found not in queued]


@check(lab=LAB, step="sync_error")
def failing_payment_was_invoked_synchronously(ev: Evidence) -> None:
    lab_function(ev)
    if not first_charges(ev, "pay-sync"):
        tell_failed_run(ev)
        unmet("sync_missing")
    expect(_synchronous_ids(ev, "pay-sync"), "nobody_waited", payment="pay-sync")


@check(lab=LAB, step="sync_error")
def the_caller_met_an_error(ev: Evidence) -> None:
    found = finished_runs(ev, _synchronous_ids(ev, "pay-sync"))
    expect(any(run.error for run in found), "receipt_was_sent", payment="pay-sync")


# --- async_retries


@check(lab=LAB, step="async_retries")
def failing_payment_was_queued(ev: Evidence) -> None:
    lab_function(ev)
    charges = first_charges(ev, "pay-async")
    queued = queued_ids(ev)
    expect(charges, "async_missing")
    if queued is not None:
        expect(queued & set(charges_per_request(charges)), "somebody_waited", payment="pay-async")


@check(lab=LAB, step="async_retries")
def every_attempt_charged(ev: Evidence) -> None:
    """Three attempts, with the waits between them, under one request id."""

    def most() -> int:
        return max(charges_per_request(charges_of(ev, "pay-async")).values(), default=0)

    ids = set(charges_per_request(charges_of(ev, "pay-async")))
    ids &= queued_ids(ev) or ids
    if most() < ATTEMPTS:
        found = finished_runs(ev, ids)
        expect(any(run.error for run in found), "receipt_was_sent", payment="pay-async")
        ev.wait_for(lambda: most() >= ATTEMPTS or None)
    if most() == 1 and queued_ids(ev) is None:
        unmet("somebody_waited", payment="pay-async")
    expect(most() >= ATTEMPTS, "attempts_missing", found=most(), expected=ATTEMPTS)
