"""Reads a Kinesis data stream for a function.

https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

from __future__ import annotations

from typing import Any

from lab_helpers.arns import Arn
from lab_helpers.clock import iso_milliseconds
from lab_helpers.emulator.control_plane.records import EventSourceMapping
from lab_helpers.emulator.event_sources.filter_criteria import kinesis_seen_by_filters
from lab_helpers.emulator.event_sources.sources import StreamRecord
from lab_helpers.emulator.event_sources.stream_kind import RecordOrigin, StreamKind
from lab_helpers.emulator.event_sources.stream_poller import StreamPoller, StreamReading


def kinesis_record(record: StreamRecord, origin: RecordOrigin) -> dict[str, Any]:
    """One entry of ``Records``; the data is base64 text."""
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.partition_key,
            "sequenceNumber": record.sequence_number,
            "data": record.content["data"],
            "approximateArrivalTimestamp": round(record.arrived_at, 3),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{origin.shard_id}:{record.sequence_number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": origin.role_arn,
        "awsRegion": Arn.parse(origin.stream_arn).region,
        "eventSourceARN": origin.stream_arn,
    }


KINESIS = StreamKind(
    kinesis_record,
    kinesis_seen_by_filters,
    "data",
    "KinesisBatchInfo",
    iso_milliseconds,
)


def kinesis_poller(mapping: EventSourceMapping, reading: StreamReading) -> StreamPoller:
    return StreamPoller(mapping, KINESIS, reading)
