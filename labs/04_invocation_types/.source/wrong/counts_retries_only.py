"""Two retries are taken for two runs."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "who_retries"
DIAGNOSIS = "runs_wrong"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "who_retries")
    findings = lab.session.resource("dynamodb").Table("dojo-findings")
    findings.put_item(Item={"invocation": "asynchronous", "runs": 2, "retried_by": "lambda"})
