"""The retries end, and the good records of the batch are given up along with the bad one."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "isolate_bad_record"
DIAGNOSIS = "good_records_given_up"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "isolate_bad_record")
    lambda_client = lab.client("lambda")
    (mapping,) = lambda_client.list_event_source_mappings(FunctionName="dojo-store-readings")[
        "EventSourceMappings"
    ]
    lambda_client.update_event_source_mapping(
        UUID=mapping["UUID"], BisectBatchOnFunctionError=False
    )
