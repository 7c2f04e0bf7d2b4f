"""The function reports failures; the mapping was not told to listen, so the message is lost."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "partial_batch_response"
DIAGNOSIS = "failures_not_reported"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    lambda_client.update_function_code(
        FunctionName="dojo-take-orders", ZipFile=lab.deployment_package("partial")
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName="dojo-take-orders")
