"""The whole handler is decorated, with the receipt in it."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "idempotent"
DIAGNOSIS = "forgets_on_error"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "idempotent")
    source = lab.path("idempotent", "lambda_function.py").read_text(encoding="utf-8")
    lines = source.replace("idempotent_function,", "idempotent,").splitlines()
    lines = [line for line in lines if not line.startswith("@idempotent_function(")]
    handler = next(line for line in lines if line.startswith("def lambda_handler("))
    decorator = "@idempotent(persistence_store=memory, config=config)"
    lines.insert(lines.index(handler), decorator)
    source = "\n".join(lines)
    deploy(lab, source, "dojo-charge-card")
