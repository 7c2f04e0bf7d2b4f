"""Everything that is not ASCII is taken out of the name."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "update_code"
DIAGNOSIS = "name_garbled"

CODE = """\
import os

def lambda_handler(event, context):
    name = event.get("name", "world").encode("ascii", "ignore").decode()
    return {"message": os.environ["GREETING"] + ", " + name}
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
