"""The pattern looks in the right place, for a word that no message has there."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "filter_criteria"
DIAGNOSIS = "filter_value_wrong"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    (mapping,) = lambda_client.list_event_source_mappings(FunctionName="dojo-take-orders")[
        "EventSourceMappings"
    ]
    lambda_client.update_event_source_mapping(
        UUID=mapping["UUID"],
        FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": {"kind": ["orders"]}})}]},
    )
