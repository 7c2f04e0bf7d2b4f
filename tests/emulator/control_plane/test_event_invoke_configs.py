"""Settings of asynchronous invocation: put replaces, update merges, destinations are checked."""

from __future__ import annotations

from typing import Any

import pytest

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.records import AsyncSettings
from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    REGION,
    Refusal,
    create,
    refused,
)

QUEUE = "arn:aws:sqs:us-east-1:123456789012:failed"


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


def not_found(message: str) -> Refusal:
    return Refusal(404, "ResourceNotFoundException", message)


@pytest.fixture
def function(client: Any) -> Any:
    create(client, Publish=True)
    create(client, "other")
    client.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    return client


def put(client: Any, **settings: Any) -> Any:
    return client.put_function_event_invoke_config(**{"FunctionName": "fn", **settings})


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    hidden = ("ResponseMetadata", "LastModified", "FunctionArn")
    return {name: value for name, value in answer.items() if name not in hidden}


NOWHERE: dict[str, Any] = {"OnSuccess": {}, "OnFailure": {}}


def test_put_replaces_and_update_merges(function: Any) -> None:
    answer = put(function, MaximumRetryAttempts=2, MaximumEventAgeInSeconds=60)
    assert answer["FunctionArn"] == f"{FUNCTION_ARN}:fn:$LATEST"
    assert shown(answer) == {
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 60,
        "DestinationConfig": NOWHERE,
    }
    updated = function.update_function_event_invoke_config(
        FunctionName="fn", MaximumRetryAttempts=0
    )
    assert shown(updated)["MaximumEventAgeInSeconds"] == 60
    replaced = put(function, MaximumRetryAttempts=0)
    assert shown(replaced) == {"MaximumRetryAttempts": 0, "DestinationConfig": NOWHERE}
    got = function.get_function_event_invoke_config(FunctionName="fn")
    assert shown(got) == shown(replaced)


def test_each_qualifier_has_its_own_settings(plane: LambdaControlPlane, function: Any) -> None:
    put(function, MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": QUEUE}})
    put(function, FunctionName="fn:live", MaximumEventAgeInSeconds=90)
    assert plane.resolve(REGION, "fn").async_settings == AsyncSettings(1, 21_600, None, QUEUE)
    assert plane.resolve(REGION, "fn:live").async_settings == AsyncSettings(2, 90)
    assert plane.resolve(REGION, "fn:1").async_settings == AsyncSettings()
    listed = function.list_function_event_invoke_configs(FunctionName="fn")
    arns = [config["FunctionArn"] for config in listed["FunctionEventInvokeConfigs"]]
    assert arns == [f"{FUNCTION_ARN}:fn:$LATEST", f"{FUNCTION_ARN}:fn:live"]


def test_deleting_brings_the_defaults_back(plane: LambdaControlPlane, function: Any) -> None:
    put(function, MaximumRetryAttempts=0)
    answer = function.delete_function_event_invoke_config(FunctionName="fn")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert plane.resolve(REGION, "fn").async_settings == AsyncSettings()


def test_a_qualifier_without_settings_says_so(function: Any) -> None:
    get = function.get_function_event_invoke_config
    delete = function.delete_function_event_invoke_config
    for where, arn in (
        ({"FunctionName": "fn"}, "fn:$LATEST"),
        ({"FunctionName": "fn", "Qualifier": "live"}, "fn:live"),
        ({"FunctionName": "fn", "Qualifier": "1221"}, "fn:1221"),
        ({"FunctionName": "gone"}, "gone:$LATEST"),
    ):
        missing = not_found(f"The function {FUNCTION_ARN}:{arn} doesn't have an EventInvokeConfig")
        assert refused(get, **where) == missing
        assert refused(delete, **where) == missing
    update = function.update_function_event_invoke_config
    assert refused(update, FunctionName="fn", MaximumRetryAttempts=1) == not_found(
        f"The function {FUNCTION_ARN}:fn:$LATEST doesn't have an EventInvokeConfig"
    )


def test_a_missing_function_says_so(function: Any) -> None:
    missing = not_found("The function doesn't exist.")
    for where in ({"FunctionName": "gone"}, {"FunctionName": "fn", "Qualifier": "nope"}):
        settings = {**where, "MaximumRetryAttempts": 1}
        assert refused(put, client=function, **settings) == missing
        assert refused(function.update_function_event_invoke_config, **settings) == missing
    assert refused(function.list_function_event_invoke_configs, FunctionName="gone") == missing


def to(arn: str, outcome: str = "OnSuccess") -> dict[str, Any]:
    return {"DestinationConfig": {outcome: {"Destination": arn}}}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "You must specify at least one of error handling or destination setting."),
        (
            to(f"{FUNCTION_ARN}:doesnotexist"),
            f"The destination ARN {FUNCTION_ARN}:doesnotexist is invalid.",
        ),
        (to(f"{FUNCTION_ARN}:fn"), "You can't specify the function as a destination for itself."),
        (
            to("arn:aws:iam:us-east-1:123456789012:function:fn"),
            "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
            "arn:aws:iam:us-east-1:123456789012:function:fn), onFailure=null) is invalid.",
        ),
        (
            to("arn:aws:s3:::bucket"),
            "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
            "arn:aws:s3:::bucket), onFailure=null) is invalid.",
        ),
        (to(f"{QUEUE}.fifo", "OnFailure"), f"The destination ARN {QUEUE}.fifo is invalid."),
    ],
    ids=["nothing", "no function", "itself", "iam", "s3 on success", "fifo"],
)
def test_settings_that_aws_refuses(function: Any, settings: dict[str, Any], message: str) -> None:
    assert refused(put, client=function, **settings) == invalid(message)


@pytest.mark.parametrize(
    "settings",
    [
        to(f"{FUNCTION_ARN}:other"),
        to(QUEUE, "OnFailure"),
        to("arn:aws:s3:::bucket", "OnFailure"),
        to("arn:aws:events:us-east-1:123456789012:event-bus/default"),
        to("arn:aws:sns:us-east-1:123456789012:topic"),
        {"DestinationConfig": {"OnSuccess": {}}},
    ],
)
def test_settings_that_aws_takes(function: Any, settings: dict[str, Any]) -> None:
    answer = put(function, **settings)
    assert answer["DestinationConfig"] == {**NOWHERE, **settings["DestinationConfig"]}


@pytest.mark.parametrize(
    ("setting", "value", "constraint"),
    [
        ("MaximumRetryAttempts", 3, "less than or equal to 2"),
        ("MaximumEventAgeInSeconds", 59, "greater than or equal to 60"),
        ("MaximumEventAgeInSeconds", 21601, "less than or equal to 21600"),
    ],
)
def test_numbers_have_limits(unchecked: Any, setting: str, value: int, constraint: str) -> None:
    create(unchecked)
    seen = refused(put, client=unchecked, **{setting: value})
    assert seen.code == "ValidationException"
    assert seen.message.endswith(f"Member must have value {constraint}")
