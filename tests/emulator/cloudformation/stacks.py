"""Stacks for the tests: made, waited for, and looked at."""

from __future__ import annotations

import json
import uuid
from typing import Any

import boto3
from botocore.config import Config

from tests.cloud_process import CloudProcess, own_runtime

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        },
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
    },
}
ANSWER = "def handler(event, context):\n    return {answer!r}\n"


def function(answer: str = "one", **properties: Any) -> dict[str, Any]:
    """A function with its code in the template, which returns ``answer``."""
    asked = {
        "Runtime": own_runtime(),
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": ANSWER.format(answer=answer)},
    }
    return {"Type": "AWS::Lambda::Function", "Properties": asked | properties}


class Stack:
    """One stack, named anew."""

    def __init__(self, cloud: CloudProcess) -> None:
        self.cloud = cloud
        self.name = f"s-{uuid.uuid4().hex[:10]}"
        # The first stack imports all of moto: seconds, and many on a busy machine.
        patient = Config(retries={"max_attempts": 0}, read_timeout=300)
        keys = (cloud.access_key_id, cloud.secret_access_key)
        self.client: Any = boto3.Session(*keys, region_name=cloud.region).client(
            "cloudformation", endpoint_url=cloud.endpoint, config=patient
        )

    def create(self, resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> str:
        """Its status after that."""
        self.client.create_stack(
            StackName=self.name,
            TemplateBody=template(resources, outputs),
            Capabilities=["CAPABILITY_IAM"],
        )
        return self.status

    def update(self, resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> str:
        self.client.update_stack(
            StackName=self.name,
            TemplateBody=template(resources, outputs),
            Capabilities=["CAPABILITY_IAM"],
        )
        return self.status

    @property
    def described(self) -> dict[str, Any]:
        return dict(self.client.describe_stacks(StackName=self.name)["Stacks"][0])

    @property
    def status(self) -> str:
        return str(self.described["StackStatus"])

    @property
    def outputs(self) -> dict[str, str]:
        found = self.described.get("Outputs", ())
        return {one["OutputKey"]: one["OutputValue"] for one in found}

    def physical(self, logical_id: str) -> str:
        found = self.client.describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def reasons(self) -> str:
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        return "\n".join(one.get("ResourceStatusReason", "") for one in events)

    def invoke(self, logical_id: str, qualifier: str | None = None) -> Any:
        whom = {"Qualifier": qualifier} if qualifier else {}
        answer = self.cloud.client("lambda").invoke(
            FunctionName=self.physical(logical_id), Payload=b"{}", **whom
        )
        return json.load(answer["Payload"])


def template(resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> str:
    shown = {name: {"Value": value} for name, value in (outputs or {}).items()}
    return json.dumps(
        {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources, "Outputs": shown}
    )
