"""One error was found, and the search ended there."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "find_failure"
DIAGNOSIS = "failed_order_missing"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    function = lambda_client.get_function_configuration(FunctionName="dojo-order-desk")
    lambda_client.tag_resource(
        Resource=function["FunctionArn"],
        Tags={"failed-orders": "A-1004", "common-currency": "CHF"},
    )
