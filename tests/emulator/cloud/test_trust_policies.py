"""IAM and Lambda refuse policies that name whom nobody knows, in AWS's words."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import TRUST_LAMBDA, CloudProcess

PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
ADD_PERMISSION = "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"
NOBODY = "arn:aws:iam::{account}:user/nobody"
LAMBDA = {"Service": "lambda.amazonaws.com"}


def trust(principal: Any, **more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"} | more
    statement = {key: value for key, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def new_name() -> str:
    return f"role-{uuid.uuid4().hex[:10]}"


def refusal(call: Any, **members: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**members)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.fidelity("A trust policy names services and identities that exist", page=PAGE)
@pytest.mark.parametrize(
    ("document", "text"),
    [
        (
            trust({"Service": "lambda.amazon.com"}),
            'Invalid principal in policy: "SERVICE":"lambda.amazon.com"',
        ),
        (
            trust({"Service": ["lambda.amazonaws.com", "lamda.amazonaws.com"]}),
            'Invalid principal in policy: "SERVICE":"lamda.amazonaws.com"',
        ),
        (trust({"AWS": NOBODY}), f'Invalid principal in policy: "AWS":"{NOBODY}"'),
        (trust(None), "Missing required field Principal"),
        (trust(LAMBDA, Resource="*"), "Has prohibited field Resource"),
        ("no policy", "Syntax errors in policy."),
    ],
    ids=["no-such-domain", "no-such-service", "no-such-user", "nobody", "resource", "no-json"],
)
def test_a_role_is_not_made_with_a_wrong_trust_policy(
    cloud: CloudProcess, document: str, text: str
) -> None:
    iam = cloud.client("iam")
    document, text = (one.replace("{account}", cloud.account_id) for one in (document, text))
    wanted = ("MalformedPolicyDocument", text)
    name = new_name()
    assert refusal(iam.create_role, RoleName=name, AssumeRolePolicyDocument=document) == wanted
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST_LAMBDA)
    assert refusal(iam.update_assume_role_policy, RoleName=name, PolicyDocument=document) == wanted


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": "444455556666"},
        {"AWS": "arn:aws:iam::444455556666:role/theirs"},
        {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]},
        {"Service": "logs.eu-west-1.amazonaws.com"},
        {"Federated": "accounts.google.com"},
    ],
)
def test_other_principals_are_taken(cloud: CloudProcess, principal: Any) -> None:
    cloud.client("iam").create_role(RoleName=new_name(), AssumeRolePolicyDocument=trust(principal))


@pytest.mark.parametrize("version", [{}, {"Version": "2008-10-17"}])
def test_a_trust_policy_may_be_of_the_older_version(
    cloud: CloudProcess, version: dict[str, str]
) -> None:
    statement = {"Effect": "Allow", "Principal": LAMBDA, "Action": "sts:AssumeRole"}
    document, name = json.dumps(version | {"Statement": [statement]}), new_name()
    iam = cloud.client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
    assert made["AssumeRolePolicyDocument"] == json.loads(document)
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=document)


def test_a_user_that_exists_is_trusted(cloud: CloudProcess) -> None:
    iam, name = cloud.client("iam"), new_name()
    arn = iam.create_user(UserName=name, Path="/team/")["User"]["Arn"]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": arn}))


def test_an_identity_policy_names_no_principal(cloud: CloudProcess) -> None:
    iam, name = cloud.client("iam"), new_name()
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST_LAMBDA)
    document = trust("*", Resource="*")
    assert refusal(iam.put_role_policy, RoleName=name, PolicyName="p", PolicyDocument=document) == (
        "MalformedPolicyDocument",
        "Policy document should not specify a principal.",
    )


def test_a_missing_role_is_told_in_iams_words(cloud: CloudProcess) -> None:
    with pytest.raises(ClientError) as refused:
        cloud.client("iam").get_role(RoleName="nobody")
    error = refused.value.response["Error"]
    assert error["Code"] == "NoSuchEntity"
    assert error["Message"] == "The role with name nobody cannot be found."


@pytest.mark.fidelity(
    "A permission names a service or an identity that exists", page=ADD_PERMISSION
)
def test_a_permission_needs_a_principal_that_exists(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context):\n    return event\n")
    add = cloud.client("lambda").add_permission
    asked = {"FunctionName": function, "Action": "lambda:InvokeFunction", "StatementId": "s"}
    for wrong in ("s3.amazon.com", "s4.amazonaws.com", NOBODY.format(account=cloud.account_id)):
        assert refusal(add, Principal=wrong, **asked) == (
            "InvalidParameterValueException",
            "The provided principal was invalid. Please check the principal and try again.",
        )
    add(Principal="arn:aws:iam::444455556666:role/theirs", **asked)
