"""The code was replaced before anything was published."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "publish"
DIAGNOSIS = "old_code_not_published"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    lambda_client.update_function_code(
        FunctionName="dojo-price-quote", ZipFile=lab.deployment_package("quote_ten_percent")
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName="dojo-price-quote")
    lambda_client.publish_version(FunctionName="dojo-price-quote")
