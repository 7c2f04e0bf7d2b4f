"""Event source mappings, as Lambda lists them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lab_helpers.grading.evidence import Evidence, absent_as_none

EventSourceMapping = Mapping[str, Any]

READING = frozenset({"Creating", "Enabling", "Enabled", "Updating"})
"""States of a mapping that reads, or soon will."""


def mappings_of(evidence: Evidence, function_name: str) -> list[EventSourceMapping]:
    """Every mapping of the function's ``$LATEST``; empty where there is no function."""
    pages = evidence.lambda_client.get_paginator("list_event_source_mappings").paginate(
        FunctionName=function_name
    )
    found = absent_as_none(lambda: [one for page in pages for one in page["EventSourceMappings"]])
    current = [_as_it_is_now(evidence, one) for one in found or []]
    return [one for one in current if one.get("State") != "Deleting"]


def _as_it_is_now(evidence: Evidence, listed: EventSourceMapping) -> EventSourceMapping:
    """A list may tell of a state that has passed: LocalStack's does after an update."""
    if listed.get("State") in {*READING, "Deleting"}:
        return listed
    uuid = listed["UUID"]
    return (
        absent_as_none(lambda: evidence.lambda_client.get_event_source_mapping(UUID=uuid)) or listed
    )


def on_failure(mapping: EventSourceMapping) -> str:
    """ARN of the on-failure destination, empty without one."""
    config = mapping.get("DestinationConfig") or {}
    return str((config.get("OnFailure") or {}).get("Destination") or "")


def patterns(mapping: EventSourceMapping) -> list[Any]:
    """The filters' patterns, read as JSON."""
    filters = (mapping.get("FilterCriteria") or {}).get("Filters") or []
    return [json.loads(one["Pattern"]) for one in filters if one.get("Pattern")]
