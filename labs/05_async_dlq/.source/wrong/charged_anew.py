"""The letters are replayed by a function that has forgotten what it did."""

from __future__ import annotations

import json

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.quiet_events import wait_until_quiet
from lab_helpers.grading.solution import SolutionContext

STEP = "redrive"
DIAGNOSIS = "charged_twice"


def apply(lab: SolutionContext) -> None:
    deploy(lab, lab.path("function", "lambda_function.py").read_text("utf-8"), "settle-payment")
    sqs, lambda_client = lab.client("sqs"), lab.client("lambda")
    url = sqs.get_queue_url(QueueName="dojo-settle-dead-letters")["QueueUrl"]
    lambda_client.invoke(
        FunctionName="settle-payment",
        InvocationType="Event",
        Payload=json.dumps({"payment_id": "pay-204", "amount": "9,900"}),
    )
    wait_until_quiet(lab.backend, ["settle-payment"])
    do_as_solution(lab, "fix")
    source = lab.path("fixed", "lambda_function.py").read_text(encoding="utf-8")
    lines = source.splitlines()
    lines = [line for line in lines if not line.startswith("@idempotent_function(")]
    deploy(lab, "\n".join(lines), "settle-payment")
    do_as_solution(lab, "redrive")
