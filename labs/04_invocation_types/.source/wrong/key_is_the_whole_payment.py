"""No key is chosen: the whole payment is compared."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "idempotent"
DIAGNOSIS = "key_too_wide"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "idempotent")
    source = lab.path("idempotent", "lambda_function.py").read_text(encoding="utf-8")
    source = source.replace('event_key_jmespath="payment_id", raise_on_no_idempotency_key=True', "")
    deploy(lab, source, "dojo-charge-card")
