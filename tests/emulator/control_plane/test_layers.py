"""Layers: versions, lists, functions that use them, and their policies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from tests.emulator.control_plane.lambda_client import (
    ACCOUNT_ID,
    ENDPOINT,
    REGION,
    Refusal,
    connect,
    create,
    refused,
    zipped,
)

LAYER_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:layer"
CONTENT = {"ZipFile": zipped({"python/shared.py": "VALUE = 1"})}


def publish(client: Any, name: str = "shared", **settings: Any) -> Any:
    return client.publish_layer_version(LayerName=name, Content=CONTENT, **settings)


def test_a_layer_version_comes_back_as_published(plane: LambdaControlPlane, client: Any) -> None:
    published = publish(
        client,
        Description="d",
        CompatibleRuntimes=["python3.13"],
        CompatibleArchitectures=["x86_64"],
        LicenseInfo="MIT",
    )
    assert published["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert published["LayerArn"] == f"{LAYER_ARN}:shared"
    assert published["LayerVersionArn"] == f"{LAYER_ARN}:shared:1"
    assert published["Version"] == 1
    assert published["CompatibleRuntimes"] == ["python3.13"]
    location = published["Content"]["Location"]
    token = location.removeprefix(f"{ENDPOINT}/_lambda/code/")
    assert plane.download(token) == CONTENT["ZipFile"]
    for seen in (
        client.get_layer_version(LayerName="shared", VersionNumber=1),
        client.get_layer_version(LayerName=f"{LAYER_ARN}:shared", VersionNumber=1),
        client.get_layer_version_by_arn(Arn=f"{LAYER_ARN}:shared:1"),
    ):
        assert {**seen, "ResponseMetadata": 0} == {**published, "ResponseMetadata": 0}


def test_layer_lists_filter_and_show_the_newest(client: Any) -> None:
    publish(client, "a", CompatibleRuntimes=["python3.12"])
    publish(client, "a", CompatibleRuntimes=["python3.13"])
    publish(client, "b")
    layers = client.list_layers()["Layers"]
    assert [(x["LayerName"], x["LatestMatchingVersion"]["Version"]) for x in layers] == [
        ("a", 2),
        ("b", 1),
    ]
    (layer,) = client.list_layers(CompatibleRuntime="python3.12")["Layers"]
    assert layer["LatestMatchingVersion"]["Version"] == 1
    first = client.list_layer_versions(LayerName="a", MaxItems=1)
    assert [x["Version"] for x in first["LayerVersions"]] == [2]
    rest = client.list_layer_versions(LayerName="a", Marker=first["NextMarker"])
    assert [x["Version"] for x in rest["LayerVersions"]] == [1]
    assert client.list_layer_versions(LayerName="gone")["LayerVersions"] == []


def test_a_deleted_version_goes_on_working_and_its_number_is_gone(
    plane: LambdaControlPlane, client: Any
) -> None:
    publish(client)
    create(client, Layers=[f"{LAYER_ARN}:shared:1"])
    client.delete_layer_version(LayerName="shared", VersionNumber=1)
    seen = client.get_function_configuration(FunctionName="fn")["Layers"]
    assert seen == [{"Arn": f"{LAYER_ARN}:shared:1", "CodeSize": len(CONTENT["ZipFile"])}]
    client.update_function_configuration(FunctionName="fn", Layers=[f"{LAYER_ARN}:shared:1"])
    (folder,) = plane.layer_dirs(REGION, plane.resolve(REGION, "fn").version)
    assert (folder / "python" / "shared.py").read_text() == "VALUE = 1"
    assert publish(client)["Version"] == 2
    answer = client.delete_layer_version(LayerName="shared", VersionNumber=77)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


def test_layers_that_a_function_cannot_have(plane: LambdaControlPlane, client: Any) -> None:
    for name in "abcdef":
        publish(client, name)
    publish(client, "a")
    tokyo = connect(plane, "ap-northeast-1")
    far = publish(tokyo)["LayerVersionArn"]
    arns = [f"{LAYER_ARN}:{name}:1" for name in "abcdef"]
    assert refused(create, client=client, Layers=arns) == invalid(
        "Cannot reference more than 5 layers."
    )
    assert refused(create, client=client, Layers=[f"{LAYER_ARN}:a:9"]) == invalid(
        f"Layer version {LAYER_ARN}:a:9 does not exist."
    )
    assert refused(create, client=client, Layers=[far]) == invalid(
        "Layers are not in the same region as the function. Layers are expected to be in region "
        "us-east-1."
    )
    assert refused(create, client=client, Layers=[arns[0], arns[0]]) == invalid(
        "Two different versions of the same layer are not allowed to be referenced in the same "
        f"function. {arns[0]} and {arns[0]} are versions of the same layer."
    )
    foreign = arns[0].replace(ACCOUNT_ID, "999999999999")
    assert refused(create, client=client, Layers=[foreign]) == Refusal(
        403,
        "AccessDeniedException",
        f"User: arn:aws:iam::{ACCOUNT_ID}:root is not authorized to perform: "
        f"lambda:GetLayerVersion on resource: {foreign} because no resource-based policy allows "
        "the lambda:GetLayerVersion action",
    )
    create(client, Layers=arns[:5])


def test_layer_refusals(client: Any) -> None:
    publish(client)
    missing = Refusal(
        404, "ResourceNotFoundException", "The resource you requested does not exist."
    )
    get = client.get_layer_version
    assert refused(get, LayerName="gone", VersionNumber=1) == missing
    assert refused(get, LayerName="shared", VersionNumber=2) == missing
    assert refused(client.get_layer_version_by_arn, Arn=f"{LAYER_ARN}:shared:9") == missing
    below = invalid("Layer Version Cannot be less than 1")
    for number in (-1, 0):
        assert refused(get, LayerName="shared", VersionNumber=number) == below
        delete = client.delete_layer_version
        assert refused(delete, LayerName="shared", VersionNumber=number) == below


def test_unknown_runtimes_and_architectures_are_told_together(client: Any) -> None:
    seen = refused(
        publish,
        client=client,
        CompatibleRuntimes=["invalidruntime", "python3.13"],
        CompatibleArchitectures=["invalidarch", "x86_64"],
    )
    assert seen.code == "ValidationException"
    assert seen.message.startswith(
        "2 validation errors detected: Value '[invalidruntime, python3.13]' at "
        "'compatibleRuntimes' failed to satisfy constraint: Member must satisfy enum value set: ["
    )
    assert seen.message.endswith(
        "]; Value '[invalidarch, x86_64]' at 'compatibleArchitectures' failed to satisfy "
        "constraint: Member must satisfy constraint: [Member must satisfy enum value set: "
        "[x86_64, arm64]]"
    )


ALLOW: dict[str, Any] = {
    "LayerName": "shared",
    "VersionNumber": 1,
    "StatementId": "s1",
    "Action": "lambda:GetLayerVersion",
    "Principal": "*",
}


def test_a_layers_policy(client: Any) -> None:
    publish(client)
    version = {"LayerName": "shared", "VersionNumber": 1}
    none = Refusal(
        404, "ResourceNotFoundException", "No policy is associated with the given resource."
    )
    assert refused(client.get_layer_version_policy, **version) == none
    added = client.add_layer_version_permission(**ALLOW)
    statement = {
        "Sid": "s1",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "lambda:GetLayerVersion",
        "Resource": f"{LAYER_ARN}:shared:1",
    }
    assert json.loads(added["Statement"]) == statement
    policy = client.get_layer_version_policy(**version)
    assert json.loads(policy["Policy"])["Statement"] == [statement]
    assert policy["RevisionId"] == added["RevisionId"]
    client.remove_layer_version_permission(**version, StatementId="s1")
    assert refused(client.get_layer_version_policy, **version) == none


def test_layer_policy_refusals(client: Any) -> None:
    publish(client)
    client.add_layer_version_permission(**ALLOW)
    add = client.add_layer_version_permission
    assert refused(add, **ALLOW).code == "ResourceConflictException"
    again = {**ALLOW, "StatementId": "s2", "RevisionId": "wrong"}
    assert refused(add, **again) == Refusal(
        412,
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. "
        "Call the GetLayerPolicy API to retrieve the latest Revision Id",
    )
    assert refused(add, **{**ALLOW, "LayerName": "gone"}) == Refusal(
        404, "ResourceNotFoundException", f"Layer version {LAYER_ARN}:gone:1 does not exist."
    )
    remove = client.remove_layer_version_permission
    unknown = {"LayerName": "shared", "VersionNumber": 1, "StatementId": "doesnotexist"}
    assert refused(remove, **unknown) == Refusal(
        404,
        "ResourceNotFoundException",
        "Statement doesnotexist is not found in resource policy.",
    )


@pytest.mark.parametrize("action", ["*", "lambda:InvokeFunction"])
def test_layers_have_one_action(client: Any, action: str) -> None:
    publish(client)
    assert refused(client.add_layer_version_permission, **{**ALLOW, "Action": action}).message == (
        f"1 validation error detected: Value '{action}' at 'action' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: lambda:GetLayerVersion"
    )


def test_another_accounts_layer_is_not_shared(client: Any) -> None:
    arn = f"arn:aws:lambda:{REGION}:999999999999:layer:theirs:1"
    assert refused(client.get_layer_version_by_arn, Arn=arn) == Refusal(
        403,
        "AccessDeniedException",
        f"User: arn:aws:iam::{ACCOUNT_ID}:root is not authorized to perform: "
        f"lambda:GetLayerVersion on resource: {arn} because no resource-based policy allows the "
        "lambda:GetLayerVersion action",
    )
