"""Steps about dead letters: a queue for them, one to read, and a topic instead of a queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.checks.async_dlq.resources import (
    LAB,
    charges_of,
    dead_letter_target,
    events_in_flight,
    lab_function,
    messages_being_read,
    messages_of,
    receipts_of,
    told,
    topic_arn,
)
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, expect_equal, expect_found, unmet
from lab_helpers.grading.queue_looking import QueueLook, queue_arn
from lab_helpers.grading.role_reading import denied_actions

ATTRIBUTES = {"RequestID", "ErrorCode", "ErrorMessage"}
"""https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
PAYMENT = "pay-201"
REFUND = "ref-1"


# --- dead_letter_queue


@check(lab=LAB, step="dead_letter_queue")
def function_has_the_queue(ev: Evidence) -> None:
    found = dead_letter_target(ev)
    expect(found, "dead_letters_unset")
    expect_equal(found, queue_arn(ev, ev.name("dead_letters")), "dead_letters_elsewhere")
    expect(QueueLook.at(ev, ev.name("dead_letters")), "queue_gone")


@check(lab=LAB, step="dead_letter_queue")
def role_may_send_there_only(ev: Evidence) -> None:
    role_arn = lab_function(ev)["Configuration"]["Role"]
    send = ("sqs:SendMessage",)
    denied = denied_actions(ev, role_arn, send, queue_arn(ev, ev.name("dead_letters")))
    expect(not denied, "role_may_not_send")
    other = queue_arn(ev, f"dojo-check-{ev.token()}")
    expect(denied_actions(ev, role_arn, send, other), "role_too_broad")


# --- dead_letter


def _own_letters(ev: Evidence) -> list[Mapping[str, Any]]:
    """Letters of the payment; those that an event of an earlier run has left aside."""
    queued = told(ev, "async.enqueued")
    ids = {event.request_id for event in queued or []}
    found = messages_of(ev, "dead_letters", PAYMENT)
    return [one for one in found if queued is None or _request_id(one) in {"", *ids}]


def _request_id(message: Mapping[str, Any]) -> str:
    attribute = message.get("MessageAttributes", {}).get("RequestID", {})
    return str(attribute.get("StringValue", ""))


def _letter(ev: Evidence) -> Mapping[str, str] | None:
    """Attributes of the payment's dead letter: the one that waits, or one that has been told of."""
    for message in _own_letters(ev):
        attributes = message.get("MessageAttributes", {})
        return {name: str(one.get("StringValue", "")) for name, one in attributes.items()}
    ids = {str(charge.get("request_id")) for charge in charges_of(ev, PAYMENT)}
    for record in told(ev, "async.dead_letter") or []:
        if record.request_id in ids:
            return dict(record.data.get("attributes", {}))
    return None


@check(lab=LAB, step="dead_letter")
def payment_failed_with_nobody_waiting(ev: Evidence) -> None:
    expect(dead_letter_target(ev), "dead_letters_unset")
    if not charges_of(ev, PAYMENT):
        patience_s = None if events_in_flight(ev) else 0.2
        ev.wait_for(lambda: charges_of(ev, PAYMENT) or None, patience_s=patience_s)
    charges = charges_of(ev, PAYMENT)
    expect(charges, "payment_missing")
    expect("," in str(charges[0].get("amount")), "did_not_fail", found=charges[0].get("amount"))
    queued = told(ev, "async.enqueued")
    if queued is None or _own_letters(ev):
        return
    ids = {str(charge.get("request_id")) for charge in charges}
    if ids & {event.request_id for event in queued} or receipts_of(ev, PAYMENT):
        return
    # An event that nobody waits for may be on its way, after an attempt to wait for the answer.
    expect(
        events_in_flight(ev) and ev.wait_for(lambda: _own_letters(ev) or None), "somebody_waited"
    )


@check(lab=LAB, step="dead_letter")
def letter_has_its_attributes(ev: Evidence) -> None:
    letter = _letter(ev)
    if letter is None and receipts_of(ev, PAYMENT):
        return  # replayed since: what was in the queue is settled
    if letter is None:
        expect(not messages_being_read(ev, "dead_letters"), "letter_is_being_read")
        letter = ev.wait_for(lambda: _letter(ev))
    found = expect_found(letter, "letter_missing")
    missing = sorted(ATTRIBUTES - set(found))
    expect(not missing, "attributes_missing", found=", ".join(missing))


# --- topic


@check(lab=LAB, step="topic")
def refunds_have_the_topic(ev: Evidence) -> None:
    found = dead_letter_target(ev, "refund_function")
    expect(found, "topic_unset")
    expect_equal(found, topic_arn(ev), "not_the_topic")


@check(lab=LAB, step="topic")
def someone_listens(ev: Evidence) -> None:
    sns, inbox = ev.client("sns"), queue_arn(ev, ev.name("inbox"))
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn(ev))
    listeners: list[Mapping[str, Any]] = [one for page in pages for one in page["Subscriptions"]]
    expect(inbox in {one["Endpoint"] for one in listeners}, "nobody_listens")
    look = QueueLook.at(ev, ev.name("inbox"))
    policy = look.attributes.get("Policy", "") if look else ""
    expect("sns.amazonaws.com" in policy, "inbox_closed")


@check(lab=LAB, step="topic")
def refund_has_arrived(ev: Evidence) -> None:
    if messages_of(ev, "inbox", REFUND):
        return
    queued = told(ev, "async.enqueued")
    name = f":function:{ev.name('refund_function')}"
    if queued is not None and not any(name in str(one.data.get("function")) for one in queued):
        unmet("refund_missing")
    expect(not messages_being_read(ev, "inbox"), "letter_is_being_read")
    expect_found(ev.wait_for(lambda: messages_of(ev, "inbox", REFUND) or None), "refund_missing")
