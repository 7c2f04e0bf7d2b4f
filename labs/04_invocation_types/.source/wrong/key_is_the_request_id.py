"""The request id is taken for the payment's id."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "idempotent"
DIAGNOSIS = "not_idempotent"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "idempotent")
    source = lab.path("idempotent", "lambda_function.py").read_text(encoding="utf-8")
    source = source.replace(
        "charge(payment=payment,",
        'charge(payment={**payment, "request": context.aws_request_id},',
    ).replace('event_key_jmespath="payment_id"', 'event_key_jmespath="request"')
    deploy(lab, source, "dojo-charge-card")
