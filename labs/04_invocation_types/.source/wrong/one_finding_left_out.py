"""The synchronous invocation is not written down."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "who_retries"
DIAGNOSIS = "findings_incomplete"


def apply(lab: SolutionContext) -> None:
    findings = lab.session.resource("dynamodb").Table("dojo-findings")
    findings.put_item(Item={"invocation": "asynchronous", "runs": 3, "retried_by": "lambda"})
    findings.put_item(Item={"invocation": "mapping", "runs": 5, "retried_by": "sqs"})
