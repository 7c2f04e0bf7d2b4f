"""The solutions of the lab ``create_function``: what is shown, replayed and proved is this text.

Each function is one step; a notebook's exercise cell holds its body.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab_helpers.grading.removing import remove_function, remove_role

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

ROLE_NAME = "dojo-s3-python-lambda-role"
FUNCTION_NAME = "dojo-s3-python-lambda"


def create_role(lab: SolutionContext) -> None:
    iam = lab.client("iam")

    trust_policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam.create_role(
        RoleName=ROLE_NAME,
        AssumeRolePolicyDocument=json.dumps(trust_policy),
    )
    iam.attach_role_policy(
        RoleName=ROLE_NAME,
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    )
    print(iam.get_role(RoleName=ROLE_NAME)["Role"]["Arn"])


def create_function(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    role_arn = lab.client("iam").get_role(RoleName=ROLE_NAME)["Role"]["Arn"]

    lambda_client.create_function(
        FunctionName=FUNCTION_NAME,
        Runtime=lab.runtime,
        Handler="lambda_function.lambda_handler",
        Role=role_arn,
        Code={"ZipFile": lab.deployment_package("function")},
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=FUNCTION_NAME)


def invoke(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    response = lambda_client.invoke(
        FunctionName=FUNCTION_NAME,
        Payload=json.dumps({"name": "Aiko"}),
    )
    print("StatusCode:     ", response["StatusCode"])
    print("ExecutedVersion:", response["ExecutedVersion"])
    print("Payload:        ", json.load(response["Payload"]))


def environment_variable(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_configuration(
        FunctionName=FUNCTION_NAME,
        Environment={"Variables": {"GREETING": "Konnichiwa"}},
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)

    response = lambda_client.invoke(FunctionName=FUNCTION_NAME, Payload="{}")
    print(json.load(response["Payload"]))


def update_code(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=FUNCTION_NAME,
        ZipFile=lab.deployment_package("greeter"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)

    for event in ({"name": "Aiko"}, {"name": "愛子"}, {}):
        response = lambda_client.invoke(FunctionName=FUNCTION_NAME, Payload=json.dumps(event))
        print(event, "->", json.load(response["Payload"]))


def cold_and_warm(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=FUNCTION_NAME,
        ZipFile=lab.deployment_package("counter"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)

    for _ in range(3):
        response = lambda_client.invoke(FunctionName=FUNCTION_NAME, Payload="{}")
        print(json.load(response["Payload"]))


def failing_function(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    role_arn = lab.client("iam").get_role(RoleName=ROLE_NAME)["Role"]["Arn"]

    lambda_client.create_function(
        FunctionName="dojo-failing-function",
        Runtime=lab.runtime,
        Handler="lambda_function.lambda_handler",
        Role=role_arn,
        Code={"ZipFile": lab.deployment_package("failing")},
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="dojo-failing-function")

    response = lambda_client.invoke(
        FunctionName="dojo-failing-function",
        Payload=json.dumps({"item": "matcha"}),
    )
    print("StatusCode:   ", response["StatusCode"])
    print("FunctionError:", response.get("FunctionError"))
    print("Payload:      ", json.load(response["Payload"]))


def reset(lab: SolutionContext) -> None:
    """Remove what this lab makes: the functions, their log groups and the role."""
    for name in (FUNCTION_NAME, "dojo-failing-function"):
        remove_function(lab, name)
    remove_role(lab, ROLE_NAME)
