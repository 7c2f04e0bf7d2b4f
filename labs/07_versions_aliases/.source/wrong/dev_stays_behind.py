"""The fix is published, and dev still stands on the version before."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "fixed_version"
DIAGNOSIS = "dev_not_moved"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    lambda_client.update_function_code(
        FunctionName="dojo-price-quote", ZipFile=lab.deployment_package("quote_fixed")
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName="dojo-price-quote")
    lambda_client.publish_version(FunctionName="dojo-price-quote")
