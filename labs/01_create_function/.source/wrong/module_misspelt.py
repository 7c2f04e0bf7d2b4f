"""The handler names another module than the file in the zip."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "create_function"
DIAGNOSIS = "module_missing"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    role_arn = lab.client("iam").get_role(RoleName="dojo-s3-python-lambda-role")["Role"]["Arn"]
    lambda_client.create_function(
        FunctionName="dojo-s3-python-lambda",
        Runtime=lab.runtime,
        Handler="main.lambda_handler",
        Role=role_arn,
        Code={"ZipFile": lab.deployment_package("function")},
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="dojo-s3-python-lambda")
