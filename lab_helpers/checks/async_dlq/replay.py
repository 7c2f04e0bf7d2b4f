"""Steps about getting it right afterwards: the bug, and the letters that wait for its end."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator

from lab_helpers.checks.async_dlq.letters import PAYMENT
from lab_helpers.checks.async_dlq.resources import (
    LAB,
    charges_of,
    dead_letter_target,
    lab_function,
    messages_waiting,
    receipts_of,
)
from lab_helpers.grading.check import check
from lab_helpers.grading.deployment_package import Package
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, expect_equal, expect_found
from lab_helpers.grading.function_copy import function_copy
from lab_helpers.grading.invoking import Invoked
from lab_helpers.grading.log_reading import log_group_of
from lab_helpers.grading.table_items import all_items, delete_items

THE_BUG = 'int(payment["amount"])'


def _expect_changed_code(ev: Evidence) -> None:
    source = Package.of_function(lab_function(ev)).source("lambda_function") or ""
    expect(THE_BUG not in source, "code_unchanged")


# --- fix


class Probe:
    """A copy of the learner's function, and payments that no one has seen."""

    def __init__(self, ev: Evidence, copy_name: str) -> None:
        self._ev = ev
        self._copy_name = copy_name
        self.payment_ids: list[str] = []

    def new_payment(self, amount: str) -> dict[str, str]:
        self.payment_ids.append(f"dojo-check-{self._ev.token()}")
        return {"payment_id": self.payment_ids[-1], "amount": amount}

    def settle(self, payment: dict[str, str]) -> Invoked:
        return self._ev.invoke(self._copy_name, payment, known_as=self._ev.name("function"))

    def receipt(self, payment: dict[str, str]) -> int | None:
        """Yen on the receipt, None without one."""
        found = receipts_of(self._ev, payment["payment_id"])
        return int(found[0].get("yen", 0)) if found else None


@contextlib.contextmanager
def _probe(ev: Evidence) -> Iterator[Probe]:
    """Leaves the tables as they were."""
    with function_copy(ev, lab_function(ev)) as copy_name:
        probe = Probe(ev, copy_name)
        try:
            yield probe
        finally:
            for payment_id in probe.payment_ids:
                charges, receipts = charges_of(ev, payment_id), receipts_of(ev, payment_id)
                delete_items(ev, ev.name("charges"), ("payment_id", "charged_at"), charges)
                delete_items(ev, ev.name("receipts"), ("payment_id",), receipts)
            memory = ev.name("memory")
            own = [
                item
                for item in all_items(ev, memory)
                if str(item.get("id", "")).startswith(copy_name)
            ]
            delete_items(ev, memory, ("id",), own)


@check(lab=LAB, step="fix")
def any_amount_is_settled_once(ev: Evidence) -> None:
    _expect_changed_code(ev)
    with _probe(ev) as probe:
        for amount in ("500", "34,500", "1,234,500"):
            payment = probe.new_payment(amount)
            settled = probe.settle(payment)
            if amount == "500":
                settled.succeeded()
            failed = settled.function_error
            expect(not failed, "still_fails", details=settled.log_tail, amount=amount)
            expected = int(amount.replace(",", ""))
            yen = expect_found(probe.receipt(payment), "receipt_missing", amount=amount)
            expect_equal(yen, expected, "amount_wrong", amount=amount)
        probe.settle(payment)
        charged = len(charges_of(ev, payment["payment_id"]))
        expect(charged == 1, "charges_again", found=charged)


# --- redrive


@check(lab=LAB, step="redrive")
def nobody_paid_twice(ev: Evidence) -> None:
    expect(dead_letter_target(ev), "dead_letters_unset")
    _expect_changed_code(ev)
    expect(charges_of(ev, PAYMENT), "payment_missing")
    counts = Counter(str(item["payment_id"]) for item in all_items(ev, ev.name("charges")))
    twice = sorted(payment for payment, count in counts.items() if count > 1)
    expect(not twice, "charged_twice", found=", ".join(twice))


@check(lab=LAB, step="redrive")
def no_letter_waits(ev: Evidence) -> None:
    waiting = messages_waiting(ev, "dead_letters")
    if waiting and not receipts_of(ev, PAYMENT):
        expect(False, "not_replayed", found=waiting)
    expect(not waiting, "letters_left", found=waiting)


@check(lab=LAB, step="redrive")
def every_payment_has_its_receipt(ev: Evidence) -> None:
    charged = {str(item["payment_id"]) for item in all_items(ev, ev.name("charges"))}
    settled = {str(item["payment_id"]) for item in all_items(ev, ev.name("receipts"))}
    expect(charged <= settled, "lost", found=", ".join(sorted(charged - settled)))


@check(lab=LAB, step="redrive")
def receipts_come_from_the_function(ev: Evidence) -> None:
    """Anybody may write into the table; the function's log tells what it settled itself."""
    source = Package.of_function(lab_function(ev)).source("lambda_function") or ""
    if ev.journal is None or ": settled" not in source:
        return  # logs may be late or cut there, or the learner has the code say something else
    receipts = {str(item["payment_id"]) for item in all_items(ev, ev.name("receipts"))}
    settled = absent_as_none(lambda: _settled_by_the_function(ev))
    if settled is None:
        return  # the log was deleted
    by_hand = sorted(receipts - settled)
    expect(not by_hand, "receipt_by_hand", found=", ".join(by_hand))


def _settled_by_the_function(ev: Evidence) -> set[str]:
    group = log_group_of(lab_function(ev), ev.name("function"))
    pages = ev.logs_client.get_paginator("filter_log_events").paginate(
        logGroupName=group, filterPattern="settled"
    )
    return {event["message"].partition(":")[0] for page in pages for event in page["events"]}
