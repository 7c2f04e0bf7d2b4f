"""The line that divides is gone, and with it the answer."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "fixed_version"
DIAGNOSIS = "share_lost"


def apply(lab: SolutionContext) -> None:
    source = lab.path("quote_fixed", "lambda_function.py").read_text(encoding="utf-8")
    deploy(lab, source.replace("if total else 0", "if price > 5000 else 0"), "dojo-price-quote")
    lambda_client = lab.client("lambda")
    version = lambda_client.publish_version(FunctionName="dojo-price-quote")["Version"]
    lambda_client.update_alias(FunctionName="dojo-price-quote", Name="dev", FunctionVersion=version)
