"""Everything is set but an end to the retries."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "isolate_bad_record"
DIAGNOSIS = "retries_without_end"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "isolate_bad_record")
    lambda_client = lab.client("lambda")
    (mapping,) = lambda_client.list_event_source_mappings(FunctionName="dojo-store-readings")[
        "EventSourceMappings"
    ]
    lambda_client.update_event_source_mapping(UUID=mapping["UUID"], MaximumRetryAttempts=-1)
