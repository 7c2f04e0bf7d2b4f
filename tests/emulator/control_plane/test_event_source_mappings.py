"""Event source mappings: defaults per source, states, and what AWS refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from tests.emulator.control_plane.conftest import PlaneFactory
from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    REGION,
    Cloud,
    Refusal,
    connect,
    create,
    refused,
)

QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2026-02-22T03:03:25.490"
KINESIS = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
KAFKA: dict[str, Any] = {
    "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka:1000", "b:2"]}},
    "Topics": ["topic"],
    "SourceAccessConfigurations": [{"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:x"}],
}
KAFKA_WITHOUT_ACCESS = {name: KAFKA[name] for name in ("SelfManagedEventSource", "Topics")}


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


@pytest.fixture
def function(client: Any) -> Any:
    create(client)
    return client


def connect_source(client: Any, arn: str = QUEUE, **settings: Any) -> Any:
    return client.create_event_source_mapping(
        **{"FunctionName": "fn", "EventSourceArn": arn, **settings}
    )


def test_a_queue_gets_awss_defaults(function: Any) -> None:
    answer = connect_source(function)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    uuid = answer["UUID"]
    hidden = ("ResponseMetadata", "LastModified", "UUID")
    assert {name: value for name, value in answer.items() if name not in hidden} == {
        "BatchSize": 10,
        "MaximumBatchingWindowInSeconds": 0,
        "EventSourceArn": QUEUE,
        "EventSourceMappingArn": f"{FUNCTION_ARN.removesuffix(':function')}"
        f":event-source-mapping:{uuid}",
        "FunctionArn": f"{FUNCTION_ARN}:fn",
        "FunctionResponseTypes": [],
        "State": "Creating",
        "StateTransitionReason": "USER_INITIATED",
    }
    assert function.get_event_source_mapping(UUID=uuid)["State"] == "Enabled"


def test_a_stream_gets_awss_defaults(function: Any) -> None:
    answer = connect_source(function, TABLE, StartingPosition="TRIM_HORIZON")
    expected = {
        "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 0,
        "ParallelizationFactor": 1,
        "DestinationConfig": {"OnFailure": {}},
        "MaximumRecordAgeInSeconds": -1,
        "BisectBatchOnFunctionError": False,
        "MaximumRetryAttempts": -1,
        "TumblingWindowInSeconds": 0,
        "FunctionResponseTypes": [],
        "StartingPosition": "TRIM_HORIZON",
        "LastProcessingResult": "No records processed",
        "StateTransitionReason": "User action",
    }
    assert {name: answer[name] for name in expected} == expected


def test_a_mapping_goes_through_its_states(make_plane: PlaneFactory, cloud: Cloud) -> None:
    plane = make_plane(state_delay_s=5.0)
    client = connect(plane)
    changes: list[tuple[str, str]] = []
    plane.on_event_source_mapping_changed(lambda m: changes.append((m.state, m.next_state)))
    create(client)
    cloud.clock.advance(5)
    which = {"UUID": connect_source(client, Enabled=False)["UUID"]}
    busy = Refusal(
        400,
        "ResourceInUseException",
        "Cannot update the event source mapping because it is in use.",
    )
    assert refused(client.update_event_source_mapping, **which, BatchSize=5) == busy
    cloud.clock.advance(5)
    assert client.get_event_source_mapping(**which)["State"] == "Disabled"
    assert client.update_event_source_mapping(**which, Enabled=True)["State"] == "Enabling"
    cloud.clock.advance(5)
    assert client.update_event_source_mapping(**which, BatchSize=5)["State"] == "Updating"
    cloud.clock.advance(5)
    seen = client.get_event_source_mapping(**which)
    assert (seen["State"], seen["BatchSize"]) == ("Enabled", 5)
    assert client.delete_event_source_mapping(**which)["State"] == "Deleting"
    assert [m.state for m in plane.event_source_mappings(REGION)] == ["Deleting"]
    cloud.clock.advance(5)
    assert refused(client.get_event_source_mapping, **which).status == 404
    assert plane.event_source_mappings(REGION) == []
    assert changes == [
        ("Creating", "Disabled"),
        ("Disabled", ""),
        ("Enabling", "Enabled"),
        ("Enabled", ""),
        ("Updating", "Enabled"),
        ("Enabled", ""),
        ("Deleting", "Deleted"),
        ("Deleted", ""),
    ]


def test_pollers_read_copies(plane: LambdaControlPlane, function: Any) -> None:
    connect_source(function, BatchSize=3)
    (mapping,) = plane.event_source_mappings(REGION)
    assert (mapping.state, mapping.settings["BatchSize"]) == ("Enabled", 3)
    mapping.settings["BatchSize"] = 9
    assert plane.event_source_mappings(REGION)[0].settings["BatchSize"] == 3


def test_mappings_are_listed_by_function_and_source(function: Any) -> None:
    create(function, "other")
    connect_source(function)
    connect_source(function, FunctionName="other")
    connect_source(function, KINESIS, StartingPosition="LATEST")
    every = function.list_event_source_mappings()["EventSourceMappings"]
    assert len(every) == 3
    found = function.list_event_source_mappings(FunctionName="fn", EventSourceArn=QUEUE)
    assert [m["FunctionArn"] for m in found["EventSourceMappings"]] == [f"{FUNCTION_ARN}:fn"]
    pages = function.get_paginator("list_event_source_mappings").paginate(
        PaginationConfig={"PageSize": 2}
    )
    assert [len(page["EventSourceMappings"]) for page in pages] == [2, 1]


def test_a_mapping_can_move_to_an_alias(function: Any) -> None:
    function.publish_version(FunctionName="fn")
    function.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    uuid = connect_source(function)["UUID"]
    moved = function.update_event_source_mapping(UUID=uuid, FunctionName="fn:live")
    assert moved["FunctionArn"] == f"{FUNCTION_ARN}:fn:live"


@pytest.mark.parametrize("operation", ["get", "update", "delete"])
def test_an_unknown_uuid_is_not_there(client: Any, operation: str) -> None:
    call = getattr(client, f"{operation}_event_source_mapping")
    assert refused(call, UUID="01234567-89ab-4cde-8f01-23456789abcd") == Refusal(
        404, "ResourceNotFoundException", "The resource you requested does not exist."
    )


UNSUPPORTED = "Unsupported {} parameter for given event source mapping type."


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"EventSourceArn": "arn:aws:s3:::bucket"}, "Unrecognized event source."),
        ({"FunctionName": "gone"}, "Function does not exist"),
        ({"FunctionName": "fn:nope"}, "Function does not exist"),
        (
            {"EventSourceArn": KINESIS},
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
            "constraint: Member must not be null.",
        ),
        (
            {"EventSourceArn": TABLE, "StartingPosition": "AT_TIMESTAMP"},
            f"Unsupported starting position for arn type: {TABLE}",
        ),
        (
            {"BatchSize": 11},
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            "greater than 10",
        ),
        (
            {"DestinationConfig": {"OnFailure": {"Destination": QUEUE}}},
            UNSUPPORTED.format("DestinationConfig"),
        ),
        (
            {
                "EventSourceArn": KINESIS,
                "StartingPosition": "LATEST",
                "DestinationConfig": {"OnSuccess": {"Destination": QUEUE}},
            },
            UNSUPPORTED.format("DestinationConfig"),
        ),
        ({"ParallelizationFactor": 2}, UNSUPPORTED.format("ParallelizationFactor")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_mappings_that_aws_refuses(function: Any, settings: dict[str, Any], message: str) -> None:
    assert refused(connect_source, client=function, **settings) == invalid(message)


def test_no_source_at_all_is_refused(function: Any) -> None:
    create_mapping = function.create_event_source_mapping
    assert refused(create_mapping, FunctionName="fn") == invalid("Unrecognized event source.")


def test_kafka_needs_access(function: Any) -> None:
    seen = refused(function.create_event_source_mapping, FunctionName="fn", **KAFKA_WITHOUT_ACCESS)
    assert seen == invalid("Required 'sourceAccessConfigurations' parameter is missing.")


def test_a_batch_above_ten_needs_a_window(function: Any) -> None:
    connect_source(function, BatchSize=11, MaximumBatchingWindowInSeconds=1)


@pytest.mark.parametrize("setting", [{"BatchSize": 11}, {"MaximumBatchingWindowInSeconds": 1}])
def test_fifo_queues_have_small_batches_and_no_window(function: Any, setting: Any) -> None:
    seen = refused(connect_source, client=function, arn=f"{QUEUE}.fifo", **setting)
    assert seen.code == "InvalidParameterValueException"


def filters(*patterns: str) -> dict[str, Any]:
    return {"FilterCriteria": {"Filters": [{"Pattern": pattern} for pattern in patterns]}}


@pytest.mark.parametrize(
    "pattern", ["single-string", "[]", "1", "{", '{"a": "b"}', '{"a": []}', '{"a": {}}', "{}"]
)
def test_a_filter_that_is_no_pattern_is_refused(function: Any, pattern: str) -> None:
    seen = refused(connect_source, client=function, **filters(pattern))
    assert seen == invalid("Invalid filter pattern definition.")


def test_filters_are_kept_and_can_be_taken_away(function: Any) -> None:
    pattern = json.dumps({"body": {"kind": [{"prefix": "a"}], "$or": [{"x": [1]}, {"y": [None]}]}})
    answer = connect_source(function, **filters(pattern))
    assert answer["FilterCriteria"] == {"Filters": [{"Pattern": pattern}]}
    cleared = function.update_event_source_mapping(UUID=answer["UUID"], FilterCriteria={})
    assert "FilterCriteria" not in cleared
    too_many = filters(*[pattern] * 6)
    assert refused(connect_source, client=function, **too_many).status == 400


def test_one_source_feeds_a_function_once(function: Any) -> None:
    update = "Please update or delete the existing mapping with UUID"
    queue = connect_source(function)["UUID"]
    assert refused(connect_source, client=function) == Refusal(
        409,
        "ResourceConflictException",
        f'An event source mapping with SQS arn (" {QUEUE} ") and function (" fn ") already '
        f"exists. {update} {queue}",
    )
    stream = connect_source(function, TABLE, StartingPosition="LATEST")["UUID"]
    again = refused(connect_source, client=function, arn=TABLE, StartingPosition="LATEST")
    assert again == Refusal(
        409,
        "ResourceConflictException",
        f'The event source arn (" {TABLE} ") and function (" fn ") provided mapping already '
        f"exists. {update} {stream}",
    )
    kafka = function.create_event_source_mapping(FunctionName="fn", **KAFKA)["UUID"]
    again = refused(function.create_event_source_mapping, FunctionName="fn", **KAFKA)
    assert again == Refusal(
        409,
        "ResourceConflictException",
        'An event source mapping with event source ("kafka:1000,b:2"), function '
        f'("{FUNCTION_ARN}:fn"), topics ("topic") already exists. {update} {kafka}',
    )


def test_sources_are_looked_up(make_plane: PlaneFactory, cloud: Cloud) -> None:
    client = connect(make_plane(event_sources=cloud))
    create(client, Timeout=60)
    assert refused(connect_source, client=client) == invalid(
        "Error occurred while ReceiveMessage. SQS Error Code: "
        "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does "
        "not exist."
    )
    cloud.queues[QUEUE] = 30
    assert refused(connect_source, client=client) == invalid(
        "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"
    )
    cloud.queues[QUEUE] = 60
    connect_source(client)
    assert refused(connect_source, client=client, arn=TABLE, StartingPosition="LATEST") == invalid(
        f"Stream not found: {TABLE}"
    )
    cloud.streams.add(TABLE)
    connect_source(client, TABLE, StartingPosition="LATEST")
