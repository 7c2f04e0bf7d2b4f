"""Wait until no asynchronous event of some functions is under way any more.

A lab that is reset while an event is being tried would meet it again: the attempt goes on in the
function of the same name that comes next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from lab_helpers.backends.backend import Backend, Capability
from lab_helpers.grading.expectations import CannotLook
from lab_helpers.grading.journal_reader import JournalReader
from lab_helpers.grading.removing import remove_function, remove_log
from lab_helpers.grading.solution import SolutionContext

LONGEST_WAIT_S = 20.0
LOOK_EVERY_S = 0.05
ENDS = ("async.succeeded", "async.dropped")


def events_under_way(journal: JournalReader, functions: Collection[str]) -> set[str]:
    """Request ids of events of these functions that wait for an attempt, or are in one."""
    suffixes = tuple(f":function:{name}" for name in functions)
    queued = {
        record.request_id
        for record in journal.records(kind="async.enqueued")
        if _without_qualifier(str(record.data.get("function", ""))).endswith(suffixes)
    }
    return queued - {record.request_id for kind in ENDS for record in journal.records(kind=kind)}


def _without_qualifier(function_arn: str) -> str:
    return ":".join(function_arn.split(":")[:7])


def remove_functions(lab: SolutionContext, *names: str) -> None:
    """Remove them with their logs; an event that still waits for a retry ends with them."""
    for name in names:
        remove_function(lab, name)
    wait_until_quiet(lab.backend, names)
    for name in names:
        remove_log(lab, name)  # what an attempt wrote that was under way


def wait_until_quiet(
    backend: Backend, functions: Collection[str], pause: Callable[[float], None] = time.sleep
) -> None:
    """At most 20 seconds; at once where the backend keeps no journal."""
    credentials, endpoint = backend.credentials, backend.endpoint_url
    if Capability.JOURNAL not in backend.capabilities or not (credentials and endpoint):
        return
    journal = JournalReader(endpoint, credentials.secret_access_key)
    give_up_at = time.monotonic() + LONGEST_WAIT_S
    try:
        while events_under_way(journal, functions) and time.monotonic() < give_up_at:
            pause(LOOK_EVERY_S)
    except CannotLook:
        return
