"""The application log level is WARN: accepted orders are filtered out."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import configure
from lab_helpers.grading.solution import SolutionContext

STEP = "json_format"
DIAGNOSIS = "info_filtered"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    lambda_client.update_function_code(
        FunctionName="dojo-order-desk", ZipFile=lab.deployment_package("order_desk_json")
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName="dojo-order-desk")
    configure(
        lab,
        "dojo-order-desk",
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"},
    )
