"""What Lambda lists of a mapping, in the words of the checks."""

from __future__ import annotations

from typing import Any

from lab_helpers.grading.mapping_reading import mappings_of, on_failure, patterns
from tests.grading.stand_ins import evidence


class PretendLambda:
    def __init__(self, *mappings: Any) -> None:
        self.mappings = list(mappings)

    def get_paginator(self, operation: str) -> PretendLambda:
        assert operation == "list_event_source_mappings"
        return self

    def paginate(self, **_: Any) -> Any:
        return [{"EventSourceMappings": [one]} for one in self.mappings]


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
