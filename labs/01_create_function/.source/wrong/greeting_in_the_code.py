"""The variable is set, but the word stands in the code."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import configure, deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "environment_variable"
DIAGNOSIS = "variable_not_used"


def apply(lab: SolutionContext) -> None:
    configure(lab, Environment={"Variables": {"GREETING": "Konnichiwa"}})
    deploy(
        lab,
        "def lambda_handler(event, context):\n    return {'message': 'Konnichiwa from Lambda!'}\n",
    )
