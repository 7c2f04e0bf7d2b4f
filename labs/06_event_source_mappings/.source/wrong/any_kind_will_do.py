"""The pattern asks only that there be a kind."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "filter_criteria"
DIAGNOSIS = "filter_lets_pings_pass"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    (mapping,) = lambda_client.list_event_source_mappings(FunctionName="dojo-take-orders")[
        "EventSourceMappings"
    ]
    any_kind = {"body": {"kind": [{"exists": True}]}}
    lambda_client.update_event_source_mapping(
        UUID=mapping["UUID"],
        FilterCriteria={"Filters": [{"Pattern": json.dumps(any_kind)}]},
    )
