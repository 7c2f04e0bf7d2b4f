"""The Swiss franc was added, and the next unknown currency fails again."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "log_levels"
DIAGNOSIS = "still_fails"

CODE = """\
import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)
RATES_TO_USD = {"USD": 1.0, "EUR": 1.08, "JPY": 0.0067}

def lambda_handler(event, context):
    logger.info("order %s received", event["id"])
    rate = {**RATES_TO_USD, "CHF": 1.1}[event["currency"]]
    if rate is None:
        logger.error("order %s rejected", event["id"])
        return {"id": event["id"], "accepted": False}
    return {"id": event["id"], "accepted": True}
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE, "dojo-order-desk")
