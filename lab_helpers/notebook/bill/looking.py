"""Asks the cloud what was metered: its journal, or where it keeps none its logs."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import chain

from botocore.exceptions import BotoCoreError, ClientError

from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.journal_reader import JournalReader, JournalRecord
from lab_helpers.notebook.bill.from_journal import further_requests, runs_of, spans_of
from lab_helpers.notebook.bill.from_logs import (
    bytes_of,
    configuration_of,
    log_messages,
    runs_in_log,
)
from lab_helpers.notebook.bill.seen import Seen, functions_of

_BEFORE_S = 1.0
"""Log lines of an INIT phase are older than what the journal says of the invocation."""


def look(evidence: Evidence, opened_s: float) -> Seen:
    """What ran since the lab was opened; where nothing did, what ran before.

    Raises:
        CannotLook: the backend does not answer.
    """
    if evidence.journal is None:
        return _look_at_logs(evidence, opened_s)
    return _with_logs(evidence, _look_at_journal(evidence.journal, opened_s))


def _look_at_journal(journal: JournalReader, opened_s: float) -> Seen:
    now_s = time.time()
    runs = runs_of(_all(journal, "invocation"))
    new = [one for one in runs if one.ended_s >= opened_s]
    since_s = opened_s if new else min((one.ended_s for one in runs), default=opened_s)
    provisioned = _all(journal, "concurrency.provisioned")
    return Seen(
        tuple(one.run for one in new or runs),
        since_s,
        now_s,
        further_requests(_all(journal, "async.enqueued"), since_s),
        spans_of(provisioned, since_s, now_s),
    )


def _with_logs(evidence: Evidence, seen: Seen) -> Seen:
    since_s = seen.since_s - _BEFORE_S
    try:
        messages = chain.from_iterable(
            log_messages(
                evidence.logs_client,
                function,
                configuration_of(evidence.lambda_client, function),
                since_s,
            )
            for function in functions_of(seen.runs)
        )
        return replace(seen, log_bytes=bytes_of(messages))
    except (ClientError, BotoCoreError):  # a bill without its logs is better than none
        return seen


def _look_at_logs(evidence: Evidence, opened_s: float) -> Seen:
    """Of the functions that the lab names, since it was opened."""
    runs, size = [], 0
    for function in dict.fromkeys(evidence.names.values()):
        configuration = _configuration(evidence, function)
        if configuration is not None:
            messages = list(log_messages(evidence.logs_client, function, configuration, opened_s))
            runs += runs_in_log(function, messages, configuration)
            size += bytes_of(messages)
    return Seen(tuple(runs), opened_s, time.time(), log_bytes=size, complete=False)


def _configuration(evidence: Evidence, name: str) -> dict[str, object] | None:
    """None where ``name`` is no function's: labs name buckets and roles too."""
    try:
        return configuration_of(evidence.lambda_client, name)
    except ClientError:
        return None


def _all(journal: JournalReader, kind: str) -> list[JournalRecord]:
    """Every entry of this kind that the journal still has."""
    found: list[JournalRecord] = []
    while page := journal.records(after=found[-1].sequence if found else 0, kind=kind):
        found += page
    return found
