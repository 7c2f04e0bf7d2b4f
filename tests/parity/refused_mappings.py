"""Event source mappings that Lambda refuses."""

from __future__ import annotations

from typing import Any

from tests.parity.clouds import ParityCloud, new_name
from tests.parity.refusal_cases import CONFLICT, INVALID, ONE_ERROR, alone, case


def mapping(cloud: ParityCloud, name: str, source_arn: str, **settings: Any) -> None:
    made = cloud.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=source_arn, **settings
    )
    cloud.client("lambda").delete_event_source_mapping(UUID=made["UUID"])


def twice_mapped(cloud: ParityCloud, name: str) -> None:
    client, (_, queue_arn) = cloud.client("lambda"), cloud.queue()
    made = client.create_event_source_mapping(FunctionName=name, EventSourceArn=queue_arn)
    try:
        mapping(cloud, name, queue_arn)
    finally:
        client.delete_event_source_mapping(UUID=made["UUID"])


def stream(cloud: ParityCloud) -> str:
    kinesis, name = cloud.client("kinesis"), new_name("stream")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    return cloud.arn("kinesis", f"stream/{name}")


REFUSED_MAPPINGS = [
    case(
        "A mapping's queue must be there",
        "services-sqs-configure",
        INVALID,
        400,
        "Error occurred while ReceiveMessage. SQS Error Code: "
        "AWS.SimpleQueueService.NonExistentQueue. "
        "SQS Error Message: The specified queue does not exist.",
        lambda cloud, name: mapping(cloud, name, cloud.arn("sqs", "none")),
        "no-queue",
    ),
    alone(
        "A mapping's function must be there",
        "API_CreateEventSourceMapping",
        INVALID,
        400,
        "Function does not exist",
        lambda cloud: mapping(cloud, "none", cloud.queue()[1]),
        "no-function-to-map",
    ),
    case(
        "A batch of more than ten needs a window",
        "services-sqs-configure",
        INVALID,
        400,
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
        "greater than 10",
        lambda cloud, name: mapping(cloud, name, cloud.queue()[1], BatchSize=11),
        "no-window",
    ),
    case(
        "A queue's visibility timeout is no shorter than the function's timeout",
        "services-sqs-configure",
        INVALID,
        400,
        "Queue visibility timeout: 1 seconds is less than Function timeout: 3 seconds",
        lambda cloud, name: mapping(cloud, name, cloud.queue(VisibilityTimeout="1")[1]),
        "short-visibility",
    ),
    case(
        "A filter pattern must be one",
        "invocation-eventfiltering",
        INVALID,
        400,
        "Invalid filter pattern definition.",
        lambda cloud, name: mapping(
            cloud, name, cloud.queue()[1], FilterCriteria={"Filters": [{"Pattern": "text"}]}
        ),
        "no-pattern",
    ),
    case(
        "A stream's mapping has a starting position",
        "API_CreateEventSourceMapping",
        INVALID,
        400,
        ONE_ERROR + "null at 'startingPosition' failed to satisfy constraint: "
        "Member must not be null.",
        lambda cloud, name: mapping(cloud, name, stream(cloud)),
        "no-starting-position",
    ),
    case(
        "A queue is mapped to a function once",
        "API_CreateEventSourceMapping",
        CONFLICT,
        409,
        'An event source mapping with SQS arn (" …',
        lambda cloud, name: twice_mapped(cloud, name),
        "mapped-twice",
    ),
]
