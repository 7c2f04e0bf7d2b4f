"""The fix is on $LATEST only."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "fixed_version"
DIAGNOSIS = "fix_not_published"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    lambda_client.update_function_code(
        FunctionName="dojo-price-quote", ZipFile=lab.deployment_package("quote_fixed")
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName="dojo-price-quote")
