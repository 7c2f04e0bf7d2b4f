"""The error is caught and nobody is told: the bad order is deleted with the good ones."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "partial_batch_response"
DIAGNOSIS = "failure_swallowed"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "partial_batch_response")
    solution = lab.path("partial", "lambda_function.py").read_text(encoding="utf-8")
    report = 'failures.append({"itemIdentifier": record["messageId"]})'
    deploy(lab, solution.replace(report, "pass"), "dojo-take-orders")
