"""The new code greets by name and has forgotten GREETING."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "update_code"
DIAGNOSIS = "greeting_lost"

CODE = """\
def lambda_handler(event, context):
    return {"message": "Dear " + event.get("name", "world")}
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
