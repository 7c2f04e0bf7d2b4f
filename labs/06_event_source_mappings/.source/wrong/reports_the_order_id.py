"""The identifier is the order's own, which Lambda does not know."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "partial_batch_response"
DIAGNOSIS = "identifier_wrong"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "partial_batch_response")
    solution = lab.path("partial", "lambda_function.py").read_text(encoding="utf-8")
    code = solution.replace('record["messageId"]', 'json.loads(record["body"])["id"]')
    deploy(lab, code, "dojo-take-orders")
