"""Versions and aliases: what they keep, what runs, and who may call them."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.exceptions import ClientError

from tests.parity.clouds import ParityCloud
from tests.parity.pages import parity

ONE, TWO = "def handler(e, c):\n    return 1\n", "def handler(e, c):\n    return 2\n"


def two_versions(cloud: ParityCloud) -> str:
    name = cloud.create_function(ONE)
    client = cloud.client("lambda")
    client.publish_version(FunctionName=name)
    cloud.update_code(name, TWO)
    client.publish_version(FunctionName=name)
    return name


@parity("Publishing without a change gives the version that is there", "configuration-versions")
def test_publishing_twice_gives_one_version(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    publish = cloud.client("lambda").publish_version
    assert [publish(FunctionName=name)["Version"] for _ in range(2)] == ["1", "1"]


@parity("A version's number is never given again", "configuration-versions")
def test_numbers_are_not_used_again(cloud: ParityCloud) -> None:
    name = two_versions(cloud)
    client = cloud.client("lambda")
    client.delete_function(FunctionName=name, Qualifier="2")
    cloud.update_code(name, ONE + "\n")
    assert client.publish_version(FunctionName=name)["Version"] == "3"


@parity("A version keeps its code when $LATEST changes", "configuration-versions")
def test_a_version_keeps_its_code(cloud: ParityCloud) -> None:
    name = two_versions(cloud)
    seen = [cloud.invoke(name, Qualifier=qualifier)["Payload"] for qualifier in ("1", "2")]
    assert seen == [1, 2], f"ran {seen}"


@parity(
    "An invocation by alias tells its version; the context has the alias's ARN",
    "configuring-alias-routing",
)
def test_an_alias_leads_to_its_version(cloud: ParityCloud) -> None:
    source = "def handler(e, c):\n    return [c.function_version, c.invoked_function_arn]\n"
    name = cloud.create_function(source)
    client = cloud.client("lambda")
    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    answer = cloud.invoke(name, Qualifier="live")
    assert answer.get("ExecutedVersion") == "1", f"ExecutedVersion {answer.get('ExecutedVersion')}"
    assert answer["Payload"] == ["1", cloud.function_arn(f"{name}:live")], answer["Payload"]


@parity("A weighted alias leads to both of its versions", "configuring-alias-routing")
def test_a_weighted_alias_leads_to_both(cloud: ParityCloud) -> None:
    name = two_versions(cloud)
    cloud.client("lambda").create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )
    # All forty on one side: once in 5 * 10^11 runs
    seen = {cloud.invoke(name, Qualifier="live")["Payload"] for _ in range(40)}
    assert seen == {1, 2}, f"only version {seen} ran"


@parity(
    "A permission's statement is AWS's: principal, action, ArnLike and StringEquals",
    "access-control-resource-based",
)
def test_the_policy_of_a_permission(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    client = cloud.client("lambda")
    client.add_permission(
        FunctionName=name,
        StatementId="s1",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::some-bucket",
        SourceAccount=cloud.account_id,
    )
    policy = json.loads(client.get_policy(FunctionName=name)["Policy"])
    statement: dict[str, Any] = {
        "Sid": "s1",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": cloud.function_arn(name),
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": cloud.account_id},
            "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::some-bucket"},
        },
    }
    wanted = {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}
    assert policy == wanted, f"is {json.dumps(policy)[:300]}"


@parity("An alias has a policy of its own", "access-control-resource-based")
def test_an_alias_has_its_own_policy(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    client = cloud.client("lambda")
    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    client.add_permission(
        FunctionName=name,
        Qualifier="live",
        StatementId="s1",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
    )
    policy = json.loads(client.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    resources = [statement["Resource"] for statement in policy["Statement"]]
    assert resources == [cloud.function_arn(f"{name}:live")], f"is {resources}"


@parity("An identity without a permission is refused", "lambda-api-permissions-ref")
def test_an_identity_without_policies_is_refused(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    iam = cloud.client("iam")
    user = f"nobody-{name}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    nobody: Any = boto3.client(
        "lambda",
        endpoint_url=cloud.endpoint,
        region_name=cloud.region,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    try:
        nobody.invoke(FunctionName=name)
    except ClientError as error:
        seen = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert seen == ("AccessDeniedException", 403), f"{seen}"
    else:
        raise AssertionError("it may invoke the function")
