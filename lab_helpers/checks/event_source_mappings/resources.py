"""The lab's functions, queues and mappings, or what is missing of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, expect_found
from lab_helpers.grading.log_reading import log_group_of
from lab_helpers.grading.mapping_reading import READING, EventSourceMapping, mappings_of
from lab_helpers.grading.queue_looking import QueueLook

LAB = "event_source_mappings"


def lab_function(ev: Evidence, key: str) -> Mapping[str, Any]:
    return expect_found(ev.function(key), "function_missing", found=ev.name(key))


def log_group(ev: Evidence, key: str) -> str:
    return log_group_of(ev.function(key), ev.name(key))


def lab_queue(ev: Evidence, key: str) -> QueueLook:
    return expect_found(QueueLook.at(ev, ev.name(key)), "queue_missing", found=ev.name(key))


def queue_mapping_of(ev: Evidence) -> EventSourceMapping:
    """The mapping from the orders queue to its function."""
    lab_function(ev, "orders_function")
    arn = lab_queue(ev, "orders").arn
    mapping = _own_mapping(ev, "orders_function", arn, "queue_not_mapped")
    dlq = f":{ev.name('orders_dlq')}"
    for one in mappings_of(ev, ev.name("orders_function")):
        expect(not _reads(one, dlq), "dlq_mapped_too", uuid=one["UUID"])
    return mapping


def stream_mapping_of(ev: Evidence) -> EventSourceMapping:
    """The mapping from the stream of readings to its function."""
    lab_function(ev, "readings_function")
    arn = f":stream/{ev.name('readings')}"
    return _own_mapping(ev, "readings_function", arn, "stream_not_mapped")


def table_mapping_of(ev: Evidence) -> EventSourceMapping:
    """The mapping from the table's stream to its function."""
    lab_function(ev, "stock_function")
    arn = f":table/{ev.name('stock')}/stream/"
    return _own_mapping(ev, "stock_function", arn, "table_not_mapped")


def _own_mapping(ev: Evidence, key: str, source: str, absent: str) -> EventSourceMapping:
    """The mapping that reads ``source``; where there is none at all, ``absent``."""
    found = mappings_of(ev, ev.name(key))
    expect(found, absent)
    own = [one for one in found if _reads(one, source)]
    expect(
        own,
        "other_source_mapped",
        function=ev.name(key),
        uuid=found[0]["UUID"],
        found=found[0].get("EventSourceArn", "?"),
        expected=source.strip(":/"),
    )
    mapping = own[0]
    state, uuid = mapping["State"], mapping["UUID"]
    expect(state in READING, "mapping_disabled", found=state, uuid=uuid)
    return mapping


def _reads(mapping: EventSourceMapping, source: str) -> bool:
    """``source`` is the end of an ARN, or what comes before the date of a table's stream."""
    arn = str(mapping.get("EventSourceArn", ""))
    return source in arn if source.endswith("/") else arn.endswith(source)
