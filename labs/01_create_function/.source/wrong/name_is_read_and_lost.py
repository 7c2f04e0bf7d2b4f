"""The name is read from the event and then not used."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "update_code"
DIAGNOSIS = "name_not_used"

CODE = """\
import os

def lambda_handler(event, context):
    name = event.get("name", "world")
    return {"message": os.environ["GREETING"] + ", you!"}
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
