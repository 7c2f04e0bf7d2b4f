"""The charge is written into the table, and the function never runs."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "sync_call"
DIAGNOSIS = "charged_by_hand"


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
    lab.client("dynamodb").put_item(
        TableName="dojo-charges",
        Item={
            "payment_id": {"S": "pay-1"},
            "charge_id": {"S": "made-up"},
            "request_id": {"S": "made-up"},
            "amount": {"N": "1200"},
        },
    )
