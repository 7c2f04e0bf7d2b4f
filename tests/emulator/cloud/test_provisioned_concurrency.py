"""Environments that are initialised before the first invocation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
SOURCE = """
import os, time
STARTED = time.time()
def handler(event, context):
    time.sleep(event.get("sleep", 0))
    return [os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], STARTED, context.log_stream_name]
"""


def published(cloud: CloudProcess, source: str = SOURCE) -> tuple[str, str]:
    function = cloud.create_function(source, Timeout=20)
    version = cloud.client("lambda").publish_version(FunctionName=function)["Version"]
    return function, version


def provision(cloud: CloudProcess, function: str, qualifier: str, count: int) -> dict[str, Any]:
    """The configuration once it is no longer in progress."""
    client = cloud.client("lambda")
    answer = client.put_provisioned_concurrency_config(
        FunctionName=function, Qualifier=qualifier, ProvisionedConcurrentExecutions=count
    )
    assert answer["Status"] == "IN_PROGRESS"

    def settled() -> dict[str, Any] | None:
        found: dict[str, Any] = client.get_provisioned_concurrency_config(
            FunctionName=function, Qualifier=qualifier
        )
        return found if found["Status"] != "IN_PROGRESS" else None

    found: dict[str, Any] = eventually(settled)
    return found


def invoke(cloud: CloudProcess, function: str, qualifier: str) -> list[Any]:
    answer = cloud.client("lambda").invoke(FunctionName=function, Qualifier=qualifier)
    result: list[Any] = json.loads(answer["Payload"].read())
    return result


@pytest.mark.fidelity("Provisioned environments are initialised before they are invoked", page=PAGE)
def test_a_provisioned_version_is_warm_at_its_first_invocation(cloud: CloudProcess) -> None:
    function, version = published(cloud)
    config = provision(cloud, function, version, 2)
    assert config["Status"] == "READY"
    assert config["AvailableProvisionedConcurrentExecutions"] == 2
    kind, _started, _stream = invoke(cloud, function, version)
    assert kind == "provisioned-concurrency"
    report = next(line for line in cloud.log_lines(function) if line.startswith("REPORT"))
    assert "Init Duration" not in report


@pytest.mark.fidelity("What provisioned concurrency cannot take spills over", page=PAGE)
def test_invocations_beyond_it_run_on_demand(cloud: CloudProcess) -> None:
    function, version = published(cloud)
    provision(cloud, function, version, 1)
    client = cloud.client("lambda")
    client.invoke(
        FunctionName=f"{function}:{version}", InvocationType="Event", Payload=b'{"sleep": 3}'
    )
    eventually(lambda: any(line.startswith("START") for line in _lines(cloud, function)))
    assert invoke(cloud, function, version)[0] == "on-demand"


def _lines(cloud: CloudProcess, function: str) -> list[str]:
    try:
        return cloud.log_lines(function)
    except ClientError:
        return []


def test_an_alias_provisions_the_version_it_points_to_and_takes_it_along(
    cloud: CloudProcess,
) -> None:
    function, first = published(cloud)
    client = cloud.client("lambda")
    client.create_alias(FunctionName=function, Name="prod", FunctionVersion=first)
    provision(cloud, function, "prod", 1)
    assert invoke(cloud, function, "prod")[0] == "provisioned-concurrency"
    cloud.change_function(function, Description="changed")
    second = client.publish_version(FunctionName=function)["Version"]
    client.update_alias(FunctionName=function, Name="prod", FunctionVersion=second)
    eventually(lambda: invoke(cloud, function, "prod")[0] == "provisioned-concurrency")


@pytest.mark.fidelity(
    "Provisioned concurrency of an alias serves invocations through that alias alone, and that of "
    "a version its aliases as well",
    page=PAGE,
    difference="That it serves a version's aliases follows from AWS's one configuration for each "
    "version; AWS does not say so in words",
)
def test_provisioned_concurrency_is_for_those_who_name_it(cloud: CloudProcess) -> None:
    function, version = published(cloud)
    client = cloud.client("lambda")
    for name in ("prod", "test"):
        client.create_alias(FunctionName=function, Name=name, FunctionVersion=version)
    provision(cloud, function, "prod", 1)
    assert invoke(cloud, function, version)[0] == "on-demand"
    assert invoke(cloud, function, "test")[0] == "on-demand"
    assert invoke(cloud, function, "prod")[0] == "provisioned-concurrency"
    client.delete_provisioned_concurrency_config(FunctionName=function, Qualifier="prod")
    provision(cloud, function, version, 1)
    for qualifier in (version, "prod", "test"):
        assert invoke(cloud, function, qualifier)[0] == "provisioned-concurrency"


@pytest.mark.fidelity("An INIT that fails makes provisioned concurrency FAILED", page=PAGE)
def test_a_failing_init_fails_the_configuration(cloud: CloudProcess) -> None:
    function, version = published(cloud, "raise ValueError('no')")
    config = provision(cloud, function, version, 1)
    assert config["Status"] == "FAILED"
    assert config["StatusReason"] == "FUNCTION_ERROR_INIT_FAILURE"


@pytest.mark.fidelity(
    "Reserved concurrency that is all provisioned leaves nothing for other versions", page=PAGE
)
def test_a_reservation_that_is_all_provisioned_throttles_latest(cloud: CloudProcess) -> None:
    function, version = published(cloud)
    cloud.client("lambda").put_function_concurrency(
        FunctionName=function, ReservedConcurrentExecutions=1
    )
    provision(cloud, function, version, 1)
    assert invoke(cloud, function, version)[0] == "provisioned-concurrency"
    with pytest.raises(ClientError) as error:
        invoke(cloud, function, "$LATEST")
    assert error.value.response["Error"]["Code"] == "TooManyRequestsException"


def test_deleting_the_configuration_ends_the_environments(cloud: CloudProcess) -> None:
    function, version = published(cloud)
    provision(cloud, function, version, 1)
    cloud.client("lambda").delete_provisioned_concurrency_config(
        FunctionName=function, Qualifier=version
    )
    eventually(lambda: invoke(cloud, function, version)[0] == "on-demand")
