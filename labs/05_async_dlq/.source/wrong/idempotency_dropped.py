"""The decorator is lost while the bug is fixed."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "fix"
DIAGNOSIS = "charges_again"


def apply(lab: SolutionContext) -> None:
    source = lab.path("fixed", "lambda_function.py").read_text(encoding="utf-8")
    lines = source.splitlines()
    lines = [line for line in lines if not line.startswith("@idempotent_function(")]
    deploy(lab, "\n".join(lines), "dojo-settle-payment")
