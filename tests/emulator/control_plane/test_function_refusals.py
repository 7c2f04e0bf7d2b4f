"""What CreateFunction and UpdateFunctionConfiguration refuse, in AWS's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.control_plane.conftest import PlaneFactory
from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    ROLE,
    Cloud,
    Refusal,
    connect,
    create,
    refused,
    zipped,
)


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


@pytest.mark.parametrize(
    "runtime",
    ["dotnetcore3.1", "go1.x", "java8", "nodejs12.x", "provided", "python3.7", "ruby2.7"],
)
def test_a_retired_runtime_is_refused(client: Any, runtime: str) -> None:
    text = invalid(
        f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS "
        "Lambda functions. We recommend you use a supported runtime while creating or updating "
        "functions."
    )
    assert refused(create, client=client, Runtime=runtime) == text
    create(client)
    change = client.update_function_configuration
    assert refused(change, FunctionName="fn", Runtime=runtime) == text


@pytest.mark.parametrize("runtime", ["non-existent-runtime", "PYTHON3.9", "custom"])
def test_an_unknown_runtime_is_refused_with_the_known_ones(client: Any, runtime: str) -> None:
    seen = refused(create, client=client, Runtime=runtime)
    assert (seen.status, seen.code) == (400, "InvalidParameterValueException")
    start = f"Value {runtime} at 'runtime' failed to satisfy constraint: "
    assert seen.message.startswith(start + "Member must satisfy enum value set: [")
    assert seen.message.endswith("] or be a valid ARN")
    assert "python3.13" in seen.message
    assert "python3.7" not in seen.message


@pytest.mark.parametrize("runtime", ["python3.9", "python3.15", "provided.al2023", "nodejs24.x"])
def test_runtimes_that_aws_still_takes_are_taken(client: Any, runtime: str) -> None:
    assert create(client, Runtime=runtime)["Runtime"] == runtime


@pytest.mark.parametrize("left_out", ["Runtime", "Handler"])
def test_a_zip_package_needs_runtime_and_handler(client: Any, left_out: str) -> None:
    settings = {
        "FunctionName": "fn",
        "Runtime": "python3.13",
        "Handler": "a.b",
        "Role": ROLE,
        "Code": {"ZipFile": zipped()},
    }
    del settings[left_out]
    assert refused(client.create_function, **settings) == invalid(
        "Runtime and Handler are mandatory parameters for functions created with deployment "
        "packages."
    )


def test_a_role_that_lambda_cannot_assume_is_refused(client: Any, cloud: Cloud) -> None:
    cloud.unusable_roles.add(ROLE)
    assert refused(create, client=client) == invalid(
        "The role defined for the function cannot be assumed by Lambda."
    )
    assert client.list_functions()["Functions"] == []


def test_a_role_that_is_no_arn_is_refused(client: Any) -> None:
    assert refused(create, client=client, Role="r1") == Refusal(
        400,
        "ValidationException",
        "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member "
        r"must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?"
        r"[a-zA-Z_0-9+=,.@\-_/]+",
    )


def test_a_name_of_65_characters_is_refused(client: Any) -> None:
    assert refused(create, client=client, name="a" * 65) == invalid(
        f"1 validation error detected: Value '{'a' * 65}' at 'functionName' failed to satisfy "
        "constraint: Member must have length less than or equal to 64"
    )
    assert create(client, "a" * 64)["FunctionName"] == "a" * 64


def test_two_architectures_are_one_too_many(client: Any) -> None:
    assert refused(create, client=client, Architectures=["x86_64", "arm64"]) == Refusal(
        400,
        "ValidationException",
        "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to "
        "satisfy constraint: Member must have length less than or equal to 1",
    )


def test_an_unknown_architecture_is_refused(client: Any) -> None:
    seen = refused(create, client=client, Architectures=["X86_64"])
    assert seen.code == "ValidationException"
    assert (
        "Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy "
        "constraint: [Member must satisfy enum value set: [x86_64, arm64]"
    ) in seen.message


@pytest.mark.parametrize(
    ("setting", "value", "path", "constraint"),
    [
        ("MemorySize", 127, "memorySize", "value greater than or equal to 128"),
        ("MemorySize", 10241, "memorySize", "value less than or equal to 10240"),
        ("Timeout", 0, "timeout", "value greater than or equal to 1"),
        ("Timeout", 901, "timeout", "value less than or equal to 900"),
        ("Description", "d" * 257, "description", "length less than or equal to 256"),
        ("Handler", "h" * 129, "handler", "length less than or equal to 128"),
    ],
)
def test_numbers_and_lengths_have_limits(
    unchecked: Any, setting: str, value: Any, path: str, constraint: str
) -> None:
    assert refused(create, client=unchecked, **{setting: value}) == Refusal(
        400,
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: "
        f"Member must have {constraint}",
    )


def test_ephemeral_storage_ends_at_10240_mb(client: Any) -> None:
    seen = refused(create, client=client, EphemeralStorage={"Size": 10241})
    assert seen.message == (
        "1 validation error detected: Value '10241' at 'ephemeralStorage.size' failed to satisfy "
        "constraint: Member must have value less than or equal to 10240"
    )


def test_several_failures_are_told_at_once(unchecked: Any) -> None:
    seen = refused(create, client=unchecked, Timeout=0, MemorySize=1, Handler="with space")
    assert seen.message.startswith("3 validation errors detected: ")
    assert seen.message.count("; Value ") == 2


def test_more_than_4_kb_of_environment_variables_are_refused(client: Any) -> None:
    variables = {"SMALL_VAR": "ok", "LARGE_VAR": "x" * 4096}
    measured = json.dumps(variables, separators=(",", ":"))
    assert refused(create, client=client, Environment={"Variables": variables}) == invalid(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided exceeded the 4KB limit. "
        f"String measured: {measured}"
    )


def test_exactly_4_kb_of_environment_variables_are_taken(client: Any) -> None:
    frame = len('{"LARGE_VAR":""}')
    create(client, Environment={"Variables": {"LARGE_VAR": "x" * (4096 - frame)}})


def test_reserved_environment_variables_are_refused(client: Any) -> None:
    variables = {"AWS_REGION": "eu-west-1", "FINE": "1", "AWS_LAMBDA_FUNCTION_NAME": "x"}
    assert refused(create, client=client, Environment={"Variables": variables}) == invalid(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided contains reserved keys that are currently not supported for "
        "modification. Reserved keys used in this request: AWS_LAMBDA_FUNCTION_NAME, AWS_REGION"
    )


@pytest.mark.parametrize("key", ["A", "_A", "1A", "A-B", "A B", ""])
def test_environment_keys_follow_a_pattern_and_values_are_not_told(client: Any, key: str) -> None:
    seen = refused(create, client=client, Environment={"Variables": {key: "secret"}})
    assert seen.code == "ValidationException"
    assert seen.message.startswith(
        "1 validation error detected: Value at 'environment.variables' failed to satisfy "
        "constraint: Map keys must satisfy constraint: ["
    )
    assert "secret" not in seen.message


def test_fifty_tags_are_enough(client: Any) -> None:
    tags = {f"{number}_key": "value" for number in range(51)}
    assert refused(create, client=client, Tags=tags) == invalid(
        "Number of tags exceeds resource tag limit."
    )
    del tags["50_key"]
    create(client, Tags=tags)


def test_log_levels_need_the_json_format(client: Any) -> None:
    seen = refused(create, client=client, LoggingConfig={"ApplicationLogLevel": "DEBUG"})
    assert seen.code == "InvalidParameterValueException"
    assert "LogFormat is JSON" in seen.message


@pytest.mark.parametrize(
    ("runtime", "storage_mb", "taken"),
    [("python3.13", 512, True), ("python3.11", 512, False), ("python3.13", 1024, False)],
)
def test_snap_start_needs_a_runtime_and_512_mb(
    client: Any, runtime: str, storage_mb: int, taken: bool
) -> None:
    settings: dict[str, Any] = {
        "Runtime": runtime,
        "EphemeralStorage": {"Size": storage_mb},
        "SnapStart": {"ApplyOn": "PublishedVersions"},
    }
    if not taken:
        seen = refused(create, client=client, **settings)
        assert seen.code == "InvalidParameterValueException"
        return
    create(client, Publish=True, **settings)
    latest = client.get_function_configuration(FunctionName="fn")
    version = client.get_function_configuration(FunctionName="fn", Qualifier="1")
    assert latest["SnapStart"]["OptimizationStatus"] == "Off"
    assert version["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}


def test_what_the_emulator_lacks_is_refused_not_swallowed(client: Any) -> None:
    code = {"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:1"}
    seen = refused(create, client=client, PackageType="Image", Code=code)
    assert "container image" in seen.message
    seen = refused(
        create, client=client, DurableConfig={"ExecutionTimeout": 60, "RetentionPeriodInDays": 1}
    )
    assert "durable functions" in seen.message


def test_a_zip_function_does_not_become_an_image(client: Any) -> None:
    create(client)
    seen = refused(client.update_function_code, FunctionName="fn", ImageUri="image:1")
    assert seen == invalid(
        "Please don't provide ImageUri when updating a function with packageType Zip."
    )


def test_an_unknown_code_signing_configuration_is_refused(client: Any) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0"
    assert refused(create, client=client, CodeSigningConfigArn=arn) == Refusal(
        404,
        "CodeSigningConfigNotFoundException",
        "The code signing configuration cannot be found. Check that the provided configuration "
        f"is not deleted: {arn}.",
    )


@pytest.mark.parametrize("qualified", ["fn:1", "fn:live", f"{FUNCTION_ARN}:fn:1"])
def test_functions_are_changed_without_qualifier_only(client: Any, qualified: str) -> None:
    create(client, Publish=True)
    refusal = invalid(
        "This operation is permitted on Lambda functions only. Aliases and versions do not "
        "support this operation. Please specify either a function name or an unqualified "
        "function ARN."
    )
    change = client.update_function_configuration
    assert refused(change, FunctionName=qualified, Timeout=9) == refusal
    put = client.put_function_concurrency
    assert refused(put, FunctionName=qualified, ReservedConcurrentExecutions=1) == refusal


def test_list_functions_knows_one_function_version(unchecked: Any) -> None:
    assert refused(unchecked.list_functions, FunctionVersion="invalid").message == (
        "1 validation error detected: Value 'invalid' at 'functionVersion' failed to satisfy "
        "constraint: Member must satisfy enum value set: [ALL]"
    )


def test_a_vpc_config_is_checked_against_the_network(
    make_plane: PlaneFactory, cloud: Cloud
) -> None:
    client = connect(make_plane(network=cloud))
    vpc = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    assert refused(create, client=client, VpcConfig=vpc) == invalid(
        "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 "
        "Error Message: The subnet ID 'subnet-1' does not exist"
    )
    cloud.subnets["subnet-1"] = "vpc-1"
    assert refused(create, client=client, VpcConfig=vpc) == invalid(
        "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 "
        "Error Message: The security group 'sg-1' does not exist"
    )
    cloud.security_groups.add("sg-1")
    assert create(client, VpcConfig=vpc)["VpcConfig"]["VpcId"] == "vpc-1"
