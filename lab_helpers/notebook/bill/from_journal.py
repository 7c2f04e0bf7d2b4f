"""From the journal's entries to what was metered. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lab_helpers.grading.journal_reader import JournalRecord
from lab_helpers.notebook.bill.seen import MeteredRun, ProvisionedSpan
from lab_helpers.notebook.timeline.history import function_name
from lab_helpers.pricing import requests_of_async_event


@dataclass(frozen=True)
class TimedRun:
    """Attributes: ended_s, when its report was written, in seconds since the epoch."""

    run: MeteredRun
    ended_s: float


def runs_of(records: Iterable[JournalRecord]) -> list[TimedRun]:
    """From ``invocation.…`` entries, oldest first; an invocation that still runs has no bill."""
    provisioned: dict[str, bool] = {}
    found = []
    for record in records:
        if record.kind == "invocation.started":
            provisioned[record.request_id] = bool(record.data.get("provisioned"))
        elif record.kind == "invocation.finished":
            served = provisioned.pop(record.request_id, False)
            found.append(TimedRun(_run(record, provisioned=served), record.time))
    return found


def further_requests(records: Iterable[JournalRecord], since_s: float) -> int:
    """From ``async.enqueued`` entries: requests beyond the first of each event."""
    return sum(
        requests_of_async_event(int(record.data.get("payload_bytes", 0))) - 1
        for record in records
        if record.time >= since_s
    )


def spans_of(
    records: Iterable[JournalRecord], since_s: float, now_s: float
) -> tuple[ProvisionedSpan, ...]:
    """From ``concurrency.provisioned`` entries; a change of the number begins a new span.

    Args:
        since_s: what was over before this moment is left out.
    """
    open_: dict[str, JournalRecord] = {}
    found: list[ProvisionedSpan] = []
    for record in records:
        arn, number = str(record.data["function_arn"]), int(record.data["environments"])
        before = open_.get(arn)
        if before is not None and before.data["environments"] != number:
            found.append(_span(open_.pop(arn), record.time))
        if number:
            open_.setdefault(arn, record)
    found += [_span(record, now_s) for record in open_.values()]
    return tuple(span for span in found if span.ended_s >= since_s)


def _span(record: JournalRecord, ended_s: float) -> ProvisionedSpan:
    return ProvisionedSpan(
        function_name(str(record.data["function_arn"])),
        int(record.data["environments"]),
        int(record.data["memory_size_mb"]),
        record.data["architecture"],
        record.time,
        ended_s,
    )


def _run(record: JournalRecord, *, provisioned: bool) -> MeteredRun:
    told = record.data
    return MeteredRun(
        function_name(str(told["function_arn"])),
        int(told["memory_size_mb"]),
        int(told["billed_duration_ms"]),
        # With provisioned concurrency the INIT phase was over before: it is not this run's.
        None if provisioned else told.get("init_duration_ms"),
        told.get("architecture", "x86_64"),
        int(told.get("ephemeral_storage_mb", 512)),
        provisioned,
    )
