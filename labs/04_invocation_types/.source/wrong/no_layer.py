"""The code is there, and the library is not."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import configure
from lab_helpers.grading.solution import SolutionContext

STEP = "idempotent"
DIAGNOSIS = "powertools_missing"


def apply(lab: SolutionContext) -> None:
    configure(
        lab,
        "dojo-charge-card",
        Environment={
            "Variables": {
                "CHARGES_TABLE": "dojo-charges",
                "IDEMPOTENCY_TABLE": "dojo-idempotency",
            }
        },
    )
    lambda_client = lab.client("lambda")
    lambda_client.update_function_code(
        FunctionName="dojo-charge-card", ZipFile=lab.deployment_package("idempotent")
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName="dojo-charge-card")
