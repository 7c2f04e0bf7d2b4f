"""What stands before the comma is taken for the amount."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "fix"
DIAGNOSIS = "amount_wrong"


def apply(lab: SolutionContext) -> None:
    source = lab.path("fixed", "lambda_function.py").read_text(encoding="utf-8")
    source = source.replace('.replace(",", "")', '.split(",")[0]')
    deploy(lab, source, "dojo-settle-payment")
