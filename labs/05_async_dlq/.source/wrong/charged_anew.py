"""The letters are replayed by a function that has forgotten what it did."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "redrive"
DIAGNOSIS = "charged_twice"


def apply(lab: SolutionContext) -> None:
    source = lab.path("fixed", "lambda_function.py").read_text(encoding="utf-8")
    lines = source.splitlines()
    lines = [line for line in lines if not line.startswith("@idempotent_function(")]
    deploy(lab, "\n".join(lines), "dojo-settle-payment")
    do_as_solution(lab, "redrive")
