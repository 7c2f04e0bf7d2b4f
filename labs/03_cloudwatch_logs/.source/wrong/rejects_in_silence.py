"""A rejected order is logged at INFO like any other."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "log_levels"
DIAGNOSIS = "rejection_not_error"

CODE = """\
import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)
RATES_TO_USD = {"USD": 1.0, "EUR": 1.08, "JPY": 0.0067}

def lambda_handler(event, context):
    logger.info("order %s received", event["id"])
    rate = RATES_TO_USD.get(event["currency"])
    if rate is None:
        logger.info("order %s rejected", event["id"])
        return {"id": event["id"], "accepted": False}
    return {"id": event["id"], "accepted": True}
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE, "dojo-order-desk")
