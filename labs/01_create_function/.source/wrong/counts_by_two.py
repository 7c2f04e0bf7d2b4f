"""The counter grows by two for each event."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "cold_and_warm"
DIAGNOSIS = "count_not_by_one"

CODE = """\
import os
count = 0

def lambda_handler(event, context):
    global count
    count += 2
    return {"message": os.environ["GREETING"] + event.get("name", ""), "count": count}
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
