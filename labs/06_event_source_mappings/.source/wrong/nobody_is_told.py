"""The bad record is given up, and nothing says which it was."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "isolate_bad_record"
DIAGNOSIS = "destination_missing"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    (mapping,) = lambda_client.list_event_source_mappings(FunctionName="dojo-store-readings")[
        "EventSourceMappings"
    ]
    lambda_client.update_event_source_mapping(
        UUID=mapping["UUID"], MaximumRetryAttempts=2, BisectBatchOnFunctionError=True
    )
