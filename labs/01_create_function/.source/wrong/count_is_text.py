"""The count is returned as text."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "cold_and_warm"
DIAGNOSIS = "count_not_a_number"

CODE = """\
import os
count = 0

def lambda_handler(event, context):
    global count
    count += 1
    return {"message": os.environ["GREETING"] + event.get("name", ""), "count": str(count)}
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
