"""Reads a DynamoDB table's stream for a function.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from lab_helpers.arns import Arn
from lab_helpers.clock import iso_seconds
from lab_helpers.emulator.control_plane.records import EventSourceMapping
from lab_helpers.emulator.event_sources.sources import StreamRecord
from lab_helpers.emulator.event_sources.stream_kind import RecordOrigin, StreamKind
from lab_helpers.emulator.event_sources.stream_poller import StreamPoller, StreamReading


def dynamodb_record(record: StreamRecord, origin: RecordOrigin) -> dict[str, Any]:
    """One entry of ``Records``; items are in DynamoDB's own JSON."""
    content = record.content
    described: dict[str, Any] = {
        "ApproximateCreationDateTime": float(int(record.arrived_at)),
        "Keys": content["Keys"],
    }
    described |= {name: content[name] for name in ("NewImage", "OldImage") if name in content}
    described |= {
        "SequenceNumber": record.sequence_number,
        "SizeBytes": sum(
            item_size(content.get(name, {})) for name in ("Keys", "NewImage", "OldImage")
        ),
        "StreamViewType": content["StreamViewType"],
    }
    entry = {
        "eventID": content["eventID"],
        "eventName": content["eventName"],
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": Arn.parse(origin.stream_arn).region,
        "dynamodb": described,
        "eventSourceARN": origin.stream_arn,
    }
    if "userIdentity" in content:
        entry["userIdentity"] = content["userIdentity"]
    return entry


def item_size(item: Mapping[str, Any]) -> int:
    """Bytes of an item in DynamoDB's JSON.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(str(content).encode())
        case "N":
            digits = str(content).strip("-").replace(".", "").strip("0")
            return (len(digits) + 1) // 2 + 1
        case "B":
            return len(b64decode(content))
        case "SS" | "NS" | "BS":
            return sum(_value_size({kind[0]: one}) for one in content)
        case "L":
            return 3 + sum(1 + _value_size(one) for one in content)
        case "M":
            return 3 + sum(1 + item_size({name: one}) for name, one in content.items())
        case _:
            return 1


DYNAMODB = StreamKind(
    dynamodb_record,
    lambda record: record,
    None,
    "DDBStreamBatchInfo",
    iso_seconds,
)


def dynamodb_stream_poller(mapping: EventSourceMapping, reading: StreamReading) -> StreamPoller:
    return StreamPoller(mapping, DYNAMODB, reading)
