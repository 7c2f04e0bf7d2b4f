"""The mapping listens; the function raises as before, so the whole batch fails."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "partial_batch_response"
DIAGNOSIS = "function_raises"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "partial_batch_response")
    starter = lab.path("orders", "lambda_function.py").read_text(encoding="utf-8")
    deploy(lab, starter, "dojo-take-orders")
