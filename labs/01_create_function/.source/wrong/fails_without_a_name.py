"""An event without a name is an error."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "update_code"
DIAGNOSIS = "name_required"

CODE = """\
import os

def lambda_handler(event, context):
    return {"message": os.environ["GREETING"] + ", " + event["name"]}
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
