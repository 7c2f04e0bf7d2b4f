"""The error is caught, and nothing is written."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "fix"
DIAGNOSIS = "receipt_missing"


def apply(lab: SolutionContext) -> None:
    source = lab.path("fixed", "lambda_function.py").read_text(encoding="utf-8")
    call = "    yen = write_receipt(event)\n"
    caught = (
        "    try:\n"
        "        yen = write_receipt(event)\n"
        "    except ValueError:\n"
        "        yen = 0\n"
    )
    source = source.replace('.replace(",", "")', "   ").replace(call, caught)
    deploy(lab, source, "dojo-settle-payment")
