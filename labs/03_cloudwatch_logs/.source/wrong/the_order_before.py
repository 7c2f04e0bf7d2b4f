"""The order of the run before the error was named."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "find_failure"
DIAGNOSIS = "good_order_named"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    function = lambda_client.get_function_configuration(FunctionName="dojo-order-desk")
    lambda_client.tag_resource(
        Resource=function["FunctionArn"],
        Tags={"failed-orders": "A-1003 A-1004 A-1009 A-1011", "common-currency": "CHF"},
    )
