"""Steps up to ``json_format``: what the function writes, and what can be read from it."""

from __future__ import annotations

import re
from typing import Any

from lab_helpers.checks.cloudwatch_logs.resources import LAB, UNKNOWN_CURRENCY, lab_function
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, unmet
from lab_helpers.grading.function_copy import function_copy
from lab_helpers.grading.invoking import Invoked
from lab_helpers.grading.log_reading import LoggedRun, logged_messages, logged_runs
from lab_helpers.grading.log_records import LogRecord, log_records

WAVE = frozenset({"W-2001", "W-2002", "W-2003", "W-2004"})
ARRIVAL_S = 10.0
"""Within which the log events of invocations that came together have all arrived."""


# --- find_failure


def _failed_runs(ev: Evidence) -> list[LoggedRun]:
    lab_function(ev)
    runs = logged_runs(ev.logs_client, ev.name("log_group")) or []
    failed = [run for run in runs if run.error.startswith("KeyError")]
    expect(failed, "log_lost")
    return failed


def _tag(ev: Evidence, key: str) -> str:
    value = lab_function(ev).get("Tags", {}).get(key, "")
    expect(value.strip(), "finding_missing", key=key)
    return str(value)


@check(lab=LAB, step="find_failure")
def failed_orders_are_named(ev: Evidence) -> None:
    failed = {order for run in _failed_runs(ev) for order in re.findall(r"order (\S+)", run.text)}
    _tag(ev, "common-currency")
    named = set(re.findall(r"[A-Z]-\d+", _tag(ev, "failed-orders")))
    missing, extra = failed - named, named - failed
    expect(not extra, "good_order_named", found=", ".join(sorted(extra)))
    expect(not missing, "failed_order_missing", count=len(failed), named=len(named))


@check(lab=LAB, step="find_failure")
def cause_is_named(ev: Evidence) -> None:
    found = _tag(ev, "common-currency")
    causes = {re.sub(r"\W", "", run.error.partition(":")[2]) for run in _failed_runs(ev)}
    expect(found.strip(" '\"").upper() in causes, "cause_wrong", found=found)


# --- log_levels


def _order(ev: Evidence, currency: str = "USD") -> dict[str, Any]:
    order = {"id": f"P-{ev.token()}", "item": "matcha", "quantity": 1, "price": 10.0}
    return {**order, "currency": currency}


def _records(invoked: Invoked, level: str, word: str) -> list[LogRecord]:
    found = log_records(invoked.log_tail)
    return [record for record in found if record.level == level and record.tells(word)]


@check(lab=LAB, step="log_levels")
def orders_are_logged_at_info(ev: Evidence) -> None:
    with function_copy(ev, lab_function(ev)) as copy:
        _expect_levels(ev, copy)


def _expect_levels(ev: Evidence, copy: str) -> None:
    good, bad, name = _order(ev), _order(ev, UNKNOWN_CURRENCY), ev.name("function")
    accepted = ev.invoke(copy, good, known_as=name)
    is_new = isinstance(accepted.result, dict) and "accepted" in accepted.result
    expect(accepted.function_error or is_new, "code_not_updated")
    tail = accepted.succeeded().log_tail
    if not _records(accepted, "INFO", good["id"]):
        expect(good["id"] not in tail, "printed_not_logged", details=tail)
        unmet("info_is_silent", details=tail)
    rejected = ev.invoke(copy, bad, known_as=name)
    tail = rejected.log_tail
    expect(not rejected.function_error, "still_fails", details=tail, currency=UNKNOWN_CURRENCY)
    expect(_records(rejected, "ERROR", bad["id"]), "rejection_not_error", details=tail)


# --- log_streams


@check(lab=LAB, step="log_streams")
def wave_is_in_several_streams(ev: Evidence) -> None:
    lab_function(ev)
    streams = _streams_of_the_wave(ev)
    expect(streams, "wave_not_sent")
    if len(streams) < len(WAVE):  # log events come in one after the other, a moment later
        ev.wait_for(
            lambda: len(_streams_of_the_wave(ev)) == len(WAVE) or None, patience_s=ARRIVAL_S
        )
        streams = _streams_of_the_wave(ev)
    expect(len(streams) == len(WAVE), "wave_incomplete", found=", ".join(sorted(streams)))
    expect(len(set().union(*streams.values())) > 1, "one_after_the_other")


def _streams_of_the_wave(ev: Evidence) -> dict[str, set[str]]:
    """Order → the log streams that tell of it."""
    streams: dict[str, set[str]] = {}
    for stream, _, message in logged_messages(ev.logs_client, ev.name("log_group")):
        for order in WAVE.intersection(re.findall(r"W-\d+", message)):
            streams.setdefault(order, set()).add(stream)
    return streams


# --- json_format


@check(lab=LAB, step="json_format")
def info_arrives_as_json(ev: Evidence) -> None:
    function = lab_function(ev)
    logs = function["Configuration"].get("LoggingConfig", {})
    expect(logs.get("LogFormat") == "JSON", "format_is_text")
    with function_copy(ev, function) as copy:
        order = _order(ev)
        invoked = ev.invoke(copy, order, known_as=ev.name("function")).succeeded()
        level = logs.get("ApplicationLogLevel", "-")
        tail = invoked.log_tail
        expect(_records(invoked, "INFO", order["id"]), "info_filtered", details=tail, level=level)


@check(lab=LAB, step="json_format")
def level_filter_is_followed(ev: Evidence) -> None:
    with function_copy(ev, lab_function(ev), logging={"ApplicationLogLevel": "ERROR"}) as copy:
        order = _order(ev)
        invoked = ev.invoke(copy, order, known_as=ev.name("function")).succeeded()
        found = _records(invoked, "INFO", order["id"])
        expect(not found, "level_set_in_code", details=invoked.log_tail)
