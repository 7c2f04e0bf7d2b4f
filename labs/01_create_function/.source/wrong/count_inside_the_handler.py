"""The counter begins anew in the handler."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "cold_and_warm"
DIAGNOSIS = "count_always_same"

CODE = """\
import os

def lambda_handler(event, context):
    count = 0
    count += 1
    return {"message": os.environ["GREETING"] + event.get("name", ""), "count": count}
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
