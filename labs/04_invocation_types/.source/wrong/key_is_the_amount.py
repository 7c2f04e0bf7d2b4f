"""Payments of one amount are taken for the same."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "idempotent"
DIAGNOSIS = "key_too_narrow"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "idempotent")
    source = lab.path("idempotent", "lambda_function.py").read_text(encoding="utf-8")
    source = source.replace('event_key_jmespath="payment_id"', 'event_key_jmespath="amount"')
    deploy(lab, source, "dojo-charge-card")
