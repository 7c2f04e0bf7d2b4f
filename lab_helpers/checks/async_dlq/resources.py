"""The lab's resources, or what is missing of them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from lab_helpers.arns import partition_of
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import CannotLook, expect_found
from lab_helpers.grading.journal_reader import JournalRecord
from lab_helpers.grading.queue_looking import QueueLook
from lab_helpers.grading.quiet_events import events_under_way
from lab_helpers.grading.table_items import Item, items_of, table_of

LAB = "async_dlq"


def lab_function(ev: Evidence, key: str = "function") -> Mapping[str, Any]:
    return expect_found(ev.function(key), "function_missing", missing=ev.name(key))


def dead_letter_target(ev: Evidence, key: str = "function") -> str:
    """ARN of the function's dead-letter queue or topic, empty without one."""
    configuration = lab_function(ev, key)["Configuration"]
    return str(configuration.get("DeadLetterConfig", {}).get("TargetArn", ""))


def topic_arn(ev: Evidence) -> str:
    region = ev.region
    return f"arn:{partition_of(region)}:sns:{region}:{ev.account_id}:{ev.name('topic')}"


def charges_of(ev: Evidence, payment_id: str) -> list[Item]:
    return items_of(ev, ev.name("charges"), "payment_id", payment_id)


def receipts_of(ev: Evidence, payment_id: str) -> list[Item]:
    return items_of(ev, ev.name("receipts"), "payment_id", payment_id)


def messages_of(ev: Evidence, queue: str, word: str) -> list[Mapping[str, Any]]:
    """Visible messages of the queue that hold ``word``; none where there is no queue."""
    look = QueueLook.at(ev, ev.name(queue))
    return [message for message in look.messages() if word in message["Body"]] if look else []


def records_of(ev: Evidence, queue: str, payment_id: str) -> list[Mapping[str, Any]]:
    """Invocation records of the payment that lie in a destination."""
    records = [json.loads(message["Body"]) for message in messages_of(ev, queue, payment_id)]
    return [one for one in records if one.get("requestPayload", {}).get("payment_id") == payment_id]


def messages_waiting(ev: Evidence, queue: str) -> int:
    """How many messages the queue holds, those that someone is reading included."""
    look = QueueLook.at(ev, ev.name(queue))
    return look.waiting if look else 0


def messages_being_read(ev: Evidence, queue: str) -> int:
    look = QueueLook.at(ev, ev.name(queue))
    return look.being_read if look else 0


def told(ev: Evidence, kind: str) -> list[JournalRecord] | None:
    """The journal's entries of one kind since the lab was prepared; None where nobody tells."""
    if ev.journal is None:
        return None
    table = table_of(ev, ev.name("charges"))
    since = table["CreationDateTime"].timestamp() if table else 0.0
    with contextlib.suppress(CannotLook):
        return [record for record in ev.journal.records(kind=kind) if record.time >= since]
    return None


def events_in_flight(ev: Evidence) -> bool:
    """Whether an event of one of the lab's functions waits for an attempt, or is in one."""
    with contextlib.suppress(CannotLook):
        names = [ev.name("function"), ev.name("refund_function")]
        return bool(ev.journal and events_under_way(ev.journal, names))
    return False
