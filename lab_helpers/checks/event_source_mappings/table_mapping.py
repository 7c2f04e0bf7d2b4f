"""The step about the table: its stream, its mapping and the changes that reach the function."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from lab_helpers.checks.event_source_mappings.probes import RunProbe
from lab_helpers.checks.event_source_mappings.resources import LAB, table_mapping_of
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import CannotLook, expect, expect_found, unmet
from lab_helpers.grading.mapping_reading import EventSourceMapping, patterns

BOTH_IMAGES = "NEW_AND_OLD_IMAGES"
CHANGES = 5


def _table(ev: Evidence) -> Mapping[str, Any]:
    name = ev.name("stock")
    found = absent_as_none(
        lambda: dict(ev.client("dynamodb").describe_table(TableName=name)["Table"])
    )
    return expect_found(found, "table_missing")


@check(lab=LAB, step="table_changes")
def both_images_are_streamed(ev: Evidence) -> None:
    stream = _table(ev).get("StreamSpecification") or {}
    expect(stream.get("StreamEnabled"), "stream_disabled")
    found = stream.get("StreamViewType")
    expect(found == BOTH_IMAGES, "view_type_incomplete", found=found)


@check(lab=LAB, step="table_changes")
def table_is_mapped(ev: Evidence) -> None:
    table_mapping_of(ev)


@check(lab=LAB, step="table_changes")
def only_modifications_arrive(ev: Evidence) -> None:
    mapping = table_mapping_of(ev)
    found = json.dumps(patterns(mapping))
    before = _filtered(ev, mapping)
    with _changes(ev) as probe:
        last = f"MODIFY {probe.id('other')} 1 -> 2"

        def over() -> bool | None:
            refused = _filtered(ev, mapping) - before
            return True if probe.count(last) or refused >= CHANGES else None

        ev.wait_for(over)
        failed = probe.failed_text()
        expect(not failed, "change_failed", details=failed)
        expect(probe.runs(), "no_change_arrives", found=found)
        lines = [line for run in probe.runs() for line in run.text.splitlines()]
        other = [line for line in lines if line.startswith(("INSERT ", "REMOVE "))]
        expect(not other, "every_change_arrives", found=found, details="\n".join(lines))
        changed = f"MODIFY {probe.id('item')} 10 -> 4"
        if not ev.wait_for_log(lambda: probe.count(changed) or None):
            unmet("no_change_arrives", found=found, details="\n".join(lines))


@contextlib.contextmanager
def _changes(ev: Evidence) -> Iterator[RunProbe]:
    """Two items of the check's own, put, changed and removed again."""
    probe, dynamodb, table = RunProbe(ev, "stock_function"), ev.client("dynamodb"), ev.name("stock")

    def put(name: str, quantity: int) -> None:
        item = {"item": {"S": probe.id(name)}, "quantity": {"N": str(quantity)}}
        dynamodb.put_item(TableName=table, Item=item)

    def delete(name: str) -> None:
        dynamodb.delete_item(TableName=table, Key={"item": {"S": probe.id(name)}})

    try:
        put("item", 10)
        put("item", 4)
        delete("item")
        put("other", 1)
        put("other", 2)  # the last change of five; deleting it is the sixth
        yield probe
    finally:
        delete("item")
        delete("other")


def _filtered(ev: Evidence, mapping: EventSourceMapping) -> int:
    """Records that the mapping's filters held back, as far as the backend tells."""
    with contextlib.suppress(CannotLook):
        notes = ev.journal.records(kind="mapping.filtered") if ev.journal else []
        own = [note for note in notes if note.data.get("uuid") == mapping["UUID"]]
        return sum(int(note.data.get("records", 0)) for note in own)
    return 0
