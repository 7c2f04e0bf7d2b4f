"""What Lambda lists of a mapping, in the words of the checks."""

from __future__ import annotations

from typing import Any

from lab_helpers.grading.mapping_reading import mappings_of, on_failure, patterns
from tests.grading.stand_ins import evidence


class PretendLambda:
    def __init__(self, *mappings: Any) -> None:
        self.mappings = list(mappings)
        self.states: dict[str, str] = {}

    def get_paginator(self, operation: str) -> PretendLambda:
        assert operation == "list_event_source_mappings"
        return self

    def paginate(self, **_: Any) -> Any:
        return [{"EventSourceMappings": [one]} for one in self.mappings]

    def get_event_source_mapping(self, **asked: Any) -> Any:
        return asked | {"State": self.states[asked["UUID"]]}


def test_a_mapping_on_its_way_out_no_longer_counts() -> None:
    ev = evidence()
    ev.lambda_client = PretendLambda(  # type: ignore[assignment]
        {"UUID": "1", "State": "Deleting"}, {"UUID": "2", "State": "Enabled"}
    )
    assert [one["UUID"] for one in mappings_of(ev, "f")] == ["2"]


def test_an_empty_destination_is_none() -> None:
    assert on_failure({}) == ""
    assert on_failure({"DestinationConfig": {"OnFailure": {}}}) == ""
    assert on_failure({"DestinationConfig": {"OnFailure": {"Destination": "arn"}}}) == "arn"


def test_patterns_are_read_as_json() -> None:
    assert patterns({}) == []
    told = {"FilterCriteria": {"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]}}
    assert patterns(told) == [{"body": {"kind": ["order"]}}]


def test_a_state_that_the_list_still_tells_is_asked_for_once_more() -> None:
    ev = evidence()
    pretend = PretendLambda({"UUID": "1", "State": "Disabled"}, {"UUID": "2", "State": "Disabled"})
    pretend.states = {"1": "Enabled", "2": "Disabled"}
    ev.lambda_client = pretend  # type: ignore[assignment]
    assert [one["State"] for one in mappings_of(ev, "f")] == ["Enabled", "Disabled"]
