"""The zip holds the folder, not the file."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import zip_of
from lab_helpers.grading.solution import SolutionContext

STEP = "create_function"
DIAGNOSIS = "file_not_at_top"

CODE = "def lambda_handler(event, context):\n    return 1\n"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    role_arn = lab.client("iam").get_role(RoleName="dojo-s3-python-lambda-role")["Role"]["Arn"]
    lambda_client.create_function(
        FunctionName="dojo-s3-python-lambda",
        Runtime=lab.runtime,
        Handler="lambda_function.lambda_handler",
        Role=role_arn,
        Code={"ZipFile": zip_of({"function/lambda_function.py": CODE})},
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="dojo-s3-python-lambda")
