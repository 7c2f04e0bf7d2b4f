"""The permission to invoke is checked, and nothing runs."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "sync_call"
DIAGNOSIS = "nothing_ran"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    lambda_client.create_function(
        FunctionName="dojo-charge-card",
        Runtime=lab.runtime,
        Handler="lambda_function.lambda_handler",
        Role=lab.client("iam").get_role(RoleName="dojo-charge-card-role")["Role"]["Arn"],
        Code={"ZipFile": lab.deployment_package("function")},
        Environment={"Variables": {"CHARGES_TABLE": "dojo-charges"}},
        Timeout=5,
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="dojo-charge-card")
    lambda_client.invoke(
        FunctionName="dojo-charge-card",
        InvocationType="DryRun",
        Payload=json.dumps({"payment_id": "pay-1", "amount": 1200}),
    )
