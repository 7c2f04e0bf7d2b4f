"""The error is returned as a value."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import zip_of
from lab_helpers.grading.solution import SolutionContext

STEP = "failing_function"
DIAGNOSIS = "does_not_fail"

CODE = """\
def lambda_handler(event, context):
    return {"error": "sold out"}
"""


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    role_arn = lab.client("iam").get_role(RoleName="dojo-s3-python-lambda-role")["Role"]["Arn"]
    lambda_client.create_function(
        FunctionName="dojo-failing-function",
        Runtime=lab.runtime,
        Handler="lambda_function.lambda_handler",
        Role=role_arn,
        Code={"ZipFile": zip_of({"lambda_function.py": CODE})},
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="dojo-failing-function")
