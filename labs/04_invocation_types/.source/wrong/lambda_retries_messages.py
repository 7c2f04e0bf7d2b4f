"""Lambda is thought to repeat messages of a queue by itself."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "who_retries"
DIAGNOSIS = "retried_by_wrong"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "who_retries")
    findings = lab.session.resource("dynamodb").Table("dojo-findings")
    findings.put_item(Item={"invocation": "mapping", "runs": 5, "retried_by": "lambda"})
