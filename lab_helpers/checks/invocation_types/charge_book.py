"""The charge book: one item for each time that money was taken."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import CannotLook, expect_found, unmet
from lab_helpers.grading.log_reading import LoggedRun, log_group_of, logged_runs
from lab_helpers.grading.table_items import Item, items_of

LAB = "invocation_types"
JUST_S = 5.0
QUEUED_PATIENCE_S = 5.0


def lab_function(ev: Evidence) -> Mapping[str, Any]:
    return expect_found(ev.function("function"), "function_missing")


def charges_of(ev: Evidence, payment_id: str) -> list[Item]:
    """The payment's lines of the book."""
    return items_of(ev, ev.name("charges"), "payment_id", payment_id)


def first_charges(ev: Evidence, payment_id: str) -> list[Item]:
    """The payment's lines; waits for the first where an event has just been queued.

    Its first attempt begins a moment later, and a cold one takes another second to charge.
    """
    found = charges_of(ev, payment_id)
    if found:
        return found
    patience_s = QUEUED_PATIENCE_S if _has_just_queued(ev) else 0.5
    return ev.wait_for(lambda: charges_of(ev, payment_id) or None, patience_s=patience_s) or []


def _has_just_queued(ev: Evidence) -> bool:
    """Where nobody tells, it may have happened."""
    with contextlib.suppress(CannotLook):
        if ev.journal:
            return any(time.time() - one.time < JUST_S for one in ev.journal.queued_events())
    return True


def charges_per_request(charges: Iterable[Item]) -> Counter[str]:
    """Request id → how often it charged."""
    return Counter(str(charge.get("request_id", "")) for charge in charges)


def queued_ids(ev: Evidence) -> set[str] | None:
    """Request ids of every asynchronous invocation; None where nobody tells."""
    with contextlib.suppress(CannotLook):
        if ev.journal:
            return {event.request_id for event in ev.journal.queued_events()}
    return None


def runs(ev: Evidence) -> list[LoggedRun]:
    group = log_group_of(ev.function("function"), ev.name("function"))
    return logged_runs(ev.logs_client, group) or []


def finished_runs(ev: Evidence, request_ids: Iterable[str]) -> list[LoggedRun]:
    """The finished runs with these request ids; waits a moment for the first to be logged."""
    wanted = set(request_ids)

    def look() -> list[LoggedRun] | None:
        return [run for run in runs(ev) if run.finished and run.request_id in wanted] or None

    return ev.wait_for(look) or []


def tell_failed_run(ev: Evidence) -> None:
    """``Unmet`` where the last run of the function, as it is now, ended in an error."""
    modified = datetime.fromisoformat(lab_function(ev)["Configuration"]["LastModified"])
    since_ms = modified.timestamp() * 1000
    finished = [run for run in runs(ev) if run.finished and run.started_ms >= since_ms]
    if finished and finished[-1].error:
        unmet("run_failed", details=finished[-1].text, error=finished[-1].error)
