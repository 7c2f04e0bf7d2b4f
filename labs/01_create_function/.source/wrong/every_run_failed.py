"""The function was invoked, and every run ended with an error."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "invoke"
DIAGNOSIS = "only_failed_invocations"


def apply(lab: SolutionContext) -> None:
    deploy(lab, "def lambda_handler(event, context):\n    return event['no such key']\n")
    lab.client("lambda").invoke(FunctionName="dojo-s3-python-lambda", Payload="{}")
