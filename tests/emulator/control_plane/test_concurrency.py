"""Reserved and provisioned concurrency: the account's hundred, overlaps, states."""

from __future__ import annotations

from typing import Any

import pytest

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from tests.emulator.control_plane.conftest import PlaneFactory
from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    Cloud,
    Refusal,
    connect,
    create,
    refused,
)


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


def not_found(message: str) -> Refusal:
    return Refusal(404, "ResourceNotFoundException", message)


@pytest.fixture
def function(client: Any) -> Any:
    """A client of a cloud with ``fn``, its version 1 and its alias ``live``."""
    create(client, Publish=True)
    client.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    return client


def reserve(client: Any, number: int, name: str = "fn") -> Any:
    return client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=number)


def provision(client: Any, number: int, qualifier: str = "1", name: str = "fn") -> Any:
    return client.put_provisioned_concurrency_config(
        FunctionName=name, Qualifier=qualifier, ProvisionedConcurrentExecutions=number
    )


def test_reserving_reading_and_giving_back(function: Any) -> None:
    assert reserve(function, 0)["ReservedConcurrentExecutions"] == 0
    assert reserve(function, 5)["ReservedConcurrentExecutions"] == 5
    seen = function.get_function_concurrency(FunctionName="fn")
    assert seen["ReservedConcurrentExecutions"] == 5
    concurrency = function.get_function(FunctionName="fn")["Concurrency"]
    assert concurrency == {"ReservedConcurrentExecutions": 5}
    function.delete_function_concurrency(FunctionName="fn")
    seen = function.get_function_concurrency(FunctionName="fn")
    assert "ReservedConcurrentExecutions" not in seen


def test_a_hundred_stay_unreserved(function: Any) -> None:
    create(function, "other")
    reserve(function, 500, "other")
    too_many = invalid(
        "Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [100]."
    )
    assert refused(reserve, client=function, number=401) == too_many
    reserve(function, 400)
    reserve(function, 399)


def test_a_missing_function_is_named_with_latest(function: Any) -> None:
    assert refused(reserve, client=function, number=1, name="gone") == not_found(
        f"Function not found: {FUNCTION_ARN}:gone:$LATEST"
    )


def test_provisioned_concurrency_gets_ready(make_plane: PlaneFactory, cloud: Cloud) -> None:
    client = connect(make_plane(state_delay_s=30.0))
    create(client)
    cloud.clock.advance(30)
    client.publish_version(FunctionName="fn")
    answer = provision(client, 3)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    which = {"FunctionName": "fn", "Qualifier": "1"}
    for allocated, status in ((0, "IN_PROGRESS"), (3, "READY")):
        seen = client.get_provisioned_concurrency_config(**which)
        assert seen["Status"] == status
        assert seen["RequestedProvisionedConcurrentExecutions"] == 3
        assert seen["AllocatedProvisionedConcurrentExecutions"] == allocated
        assert seen["AvailableProvisionedConcurrentExecutions"] == allocated
        cloud.clock.advance(30)
    (listed,) = client.list_provisioned_concurrency_configs(FunctionName="fn")[
        "ProvisionedConcurrencyConfigs"
    ]
    assert listed["FunctionArn"] == f"{FUNCTION_ARN}:fn:1"
    client.delete_provisioned_concurrency_config(**which)
    assert refused(client.get_provisioned_concurrency_config, **which) == Refusal(
        404,
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
    )


def test_a_failed_initialisation_is_told(plane: LambdaControlPlane, function: Any) -> None:
    provision(function, 1)
    config = plane.state.function("us-east-1", "fn").provisioned["1"]
    config.failure_reason = "FUNCTION_ERROR_INIT_FAILURE"
    seen = function.get_provisioned_concurrency_config(FunctionName="fn", Qualifier="1")
    assert (seen["Status"], seen["StatusReason"]) == ("FAILED", "FUNCTION_ERROR_INIT_FAILURE")


def test_version_and_alias_do_not_overlap(function: Any) -> None:
    provision(function, 1, "1")
    assert refused(provision, client=function, number=1, qualifier="live") == Refusal(
        409,
        "ResourceConflictException",
        "Alias can't be used for Provisioned Concurrency configuration on an already "
        "Provisioned version",
    )
    function.delete_provisioned_concurrency_config(FunctionName="fn", Qualifier="1")
    provision(function, 1, "live")
    assert refused(provision, client=function, number=1, qualifier="1") == Refusal(
        409, "ResourceConflictException", "Version is pointed by a Provisioned Concurrency alias"
    )
    function.delete_alias(FunctionName="fn", Name="live")
    configs = function.list_provisioned_concurrency_configs(FunctionName="fn")
    assert configs["ProvisionedConcurrencyConfigs"] == []


def test_provisioned_within_reserved(function: Any) -> None:
    reserve(function, 2)
    assert refused(provision, client=function, number=3) == invalid(
        "Requested Provisioned Concurrency should not be greater than the "
        "reservedConcurrentExecution for function"
    )
    provision(function, 2)
    assert refused(reserve, client=function, number=1) == invalid(
        " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned "
        "concurrency [2]."
    )


def test_provisioned_within_the_account(function: Any) -> None:
    assert refused(provision, client=function, number=1001) == invalid(
        "Specified ConcurrentExecutions for function is greater than account's unreserved "
        "concurrency [1000]."
    )
    assert refused(provision, client=function, number=901) == invalid(
        "Specified ConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [100]."
    )
    provision(function, 900)


def test_provisioned_refusals(function: Any, unchecked: Any) -> None:
    assert refused(provision, client=unchecked, number=0) == Refusal(
        400,
        "ValidationException",
        "1 validation error detected: Value '0' at 'provisionedConcurrentExecutions' failed to "
        "satisfy constraint: Member must have value greater than or equal to 1",
    )
    assert refused(provision, client=function, number=1, qualifier="$LATEST") == invalid(
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
    )
    for operation in (
        function.get_provisioned_concurrency_config,
        function.delete_provisioned_concurrency_config,
    ):
        assert refused(operation, FunctionName="fn", Qualifier="$LATEST") == invalid(
            "The function resource provided must be an alias or a published version."
        )
        for name in ("fn", "gone"):
            assert refused(operation, FunctionName=name, Qualifier="noalias") == not_found(
                f"Cannot find alias arn: {FUNCTION_ARN}:{name}:noalias"
            )
            assert refused(operation, FunctionName=name, Qualifier="10") == not_found(
                f"Function not found: {FUNCTION_ARN}:{name}:10"
            )


@pytest.mark.fidelity(
    "An alias with weights cannot have provisioned concurrency",
    page="https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html",
    difference="AWS's text is known from its users' logs",
)
def test_an_alias_with_weights_cannot_be_provisioned(function: Any) -> None:
    function.update_function_configuration(FunctionName="fn", Description="second")
    function.publish_version(FunctionName="fn")
    weights = {"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5}}}
    function.update_alias(FunctionName="fn", Name="live", **weights)
    which = {"FunctionName": "fn", "Qualifier": "live", "ProvisionedConcurrentExecutions": 1}
    assert refused(function.put_provisioned_concurrency_config, **which) == invalid(
        "Alias with weights can not be used with Provisioned Concurrency"
    )
    function.update_alias(FunctionName="fn", Name="live", RoutingConfig={})
    assert provision(function, 1, "live")["Status"] == "IN_PROGRESS"


@pytest.mark.fidelity(
    "A SnapStart version cannot have provisioned concurrency",
    page="https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html",
    difference="In which words AWS refuses it is not known",
)
def test_snap_start_and_provisioned_concurrency_exclude_each_other(client: Any) -> None:
    create(client, Publish=True, SnapStart={"ApplyOn": "PublishedVersions"})
    client.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    for qualifier in ("1", "live"):
        which = {"FunctionName": "fn", "Qualifier": qualifier}
        assert refused(
            client.put_provisioned_concurrency_config, ProvisionedConcurrentExecutions=1, **which
        ) == invalid("Provisioned Concurrency is not supported for SnapStart enabled functions.")
