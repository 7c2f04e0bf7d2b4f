"""A stack is made with the permissions of who asks for it, or of the role that they pass."""

from __future__ import annotations

import json
import uuid
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess
from tests.emulator.cloudformation.stacks import ROLE, Stack, function, template

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cloudformation")]

PAGE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html"
QUEUE = {"Queue": {"Type": "AWS::SQS::Queue"}}
FUNCTION = {"Role": ROLE, "Fn": function("made")}


def document(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def stack_of_a_user(cloud: CloudProcess, *actions: str) -> Stack:
    """A stack whose client is a new user who may only do this."""
    iam, name = cloud.client("iam"), f"u-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*actions))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=cloud.region)
    stack = Stack(cloud)
    stack.client = session.client(
        "cloudformation",
        endpoint_url=cloud.endpoint,
        config=Config(retries={"max_attempts": 0}, read_timeout=300),
    )
    return stack


def service_role(cloud: CloudProcess, service: str, *actions: str) -> str:
    iam, name = cloud.client("iam"), f"r-{uuid.uuid4().hex[:8]}"
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*actions))
    return str(made["Role"]["Arn"])


@pytest.mark.fidelity(
    "A stack's resources are made with its caller's permissions",
    page=PAGE,
    difference="Of what moto makes, ten common types are asked for, and not at their deletion",
)
@pytest.mark.parametrize(
    ("resources", "action"), [(QUEUE, "sqs:CreateQueue"), (FUNCTION, "iam:CreateRole")]
)
def test_what_the_caller_may_not_make_fails_the_stack(
    cloud: CloudProcess, resources: dict[str, Any], action: str
) -> None:
    stack = stack_of_a_user(cloud, "cloudformation:*")
    assert stack.create(resources) == "ROLLBACK_COMPLETE"
    assert f"is not authorized to perform: {action} on resource: " in stack.reasons()
    allowed = stack_of_a_user(cloud, "cloudformation:*", "sqs:*", "iam:*", "lambda:*")
    assert allowed.create(resources) == "CREATE_COMPLETE", allowed.reasons()


@pytest.mark.fidelity("A stack's service role makes it in its caller's place", page=PAGE)
def test_a_service_role_makes_what_its_caller_may_not(cloud: CloudProcess) -> None:
    role = service_role(cloud, "cloudformation.amazonaws.com", "sqs:*")
    stack = stack_of_a_user(cloud, "cloudformation:*", "iam:PassRole")
    stack.client.create_stack(StackName=stack.name, TemplateBody=template(QUEUE), RoleARN=role)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    # … and goes on to, where an update does not name it again; it may not make roles.
    assert stack.update(QUEUE | FUNCTION) == "UPDATE_ROLLBACK_COMPLETE"
    assert "assumed-role/r-" in stack.reasons()
    assert stack.described["RoleARN"] == role


def test_a_service_role_must_be_passed_and_trust_cloudformation(cloud: CloudProcess) -> None:
    role = service_role(cloud, "cloudformation.amazonaws.com", "sqs:*")
    asked = {"TemplateBody": template(QUEUE), "RoleARN": role}
    stack = stack_of_a_user(cloud, "cloudformation:*")
    with pytest.raises(ClientError, match="not authorized to perform: iam:PassRole"):
        stack.client.create_stack(StackName=stack.name, **asked)
    other = service_role(cloud, "lambda.amazonaws.com", "sqs:*")
    stack = stack_of_a_user(cloud, "cloudformation:*", "iam:PassRole")
    with pytest.raises(ClientError, match="is invalid or cannot be assumed"):
        stack.client.create_stack(StackName=stack.name, **(asked | {"RoleARN": other}))


@pytest.mark.fidelity("What cannot be deleted leaves the stack DELETE_FAILED", page=PAGE)
def test_what_the_caller_may_not_delete_keeps_the_stack(cloud: CloudProcess) -> None:
    made = Stack(cloud)
    assert made.create(FUNCTION) == "CREATE_COMPLETE"
    stack = stack_of_a_user(cloud, "cloudformation:*")
    stack.name = made.name
    stack.client.delete_stack(StackName=stack.name)
    assert stack.status == "DELETE_FAILED"
    assert "lambda:DeleteFunction" in stack.reasons()
    assert made.invoke("Fn") == "made"
    made.client.delete_stack(StackName=made.name)
    with pytest.raises(ClientError, match="does not exist"):
        assert made.status
