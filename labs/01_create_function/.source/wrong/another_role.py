"""The function got a role of another name."""

from __future__ import annotations

import json
from contextlib import suppress

from lab_helpers.grading.solution import SolutionContext

STEP = "create_function"
DIAGNOSIS = "role_wrong"


def apply(lab: SolutionContext) -> None:
    iam, lambda_client = lab.client("iam"), lab.client("lambda")
    role = iam.get_role(RoleName="dojo-s3-python-lambda-role")["Role"]
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(
            RoleName="dojo-another-role",
            AssumeRolePolicyDocument=json.dumps(role["AssumeRolePolicyDocument"]),
        )
    lambda_client.create_function(
        FunctionName="dojo-s3-python-lambda",
        Runtime=lab.runtime,
        Handler="lambda_function.lambda_handler",
        Role=iam.get_role(RoleName="dojo-another-role")["Role"]["Arn"],
        Code={"ZipFile": lab.deployment_package("function")},
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="dojo-s3-python-lambda")
