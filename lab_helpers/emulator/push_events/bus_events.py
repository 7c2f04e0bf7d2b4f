"""Events on an EventBridge bus, of whoever puts them there.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab_helpers.clock import iso_seconds
from lab_helpers.emulator.event_sources.s3_events import ObjectEvent, notification_event


@dataclass(frozen=True)
class Place:
    """Where an event is put."""

    account_id: str
    region: str


def bus_event(
    place: Place,
    source: str,
    detail_type: str,
    time: float,
    resources: Sequence[str],
    detail: Mapping[str, Any] | str,
) -> dict[str, Any]:
    """The envelope that every rule and target sees."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": place.account_id,
        "time": iso_seconds(time),
        "region": place.region,
        "resources": list(resources),
        "detail": detail,
    }


def scheduled_event(place: Place, rule_arn: str, time: float) -> dict[str, Any]:
    """A rule's schedule has come round."""
    return bus_event(place, "aws.events", "Scheduled Event", time, [rule_arn], {})


def scheduler_event(place: Place, schedule_arn: str, time: float) -> dict[str, Any]:
    """EventBridge Scheduler's event for a target without an Input of its own."""
    return bus_event(place, "aws.scheduler", "Scheduled Event", time, [schedule_arn], "{}")


_DETAIL_TYPES = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
    "ObjectAcl": "Object ACL Updated",
    "ObjectRestore:Post": "Object Restore Initiated",
    "ObjectRestore:Completed": "Object Restore Completed",
    "ObjectRestore:Delete": "Object Restore Expired",
}
_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}
_DELETIONS = {
    "ObjectRemoved:Delete": "Permanently Deleted",
    "ObjectRemoved:DeleteMarkerCreated": "Delete Marker Created",
}


def object_event(account_id: str, event: ObjectEvent) -> dict[str, Any] | None:
    """S3's event for EventBridge; None for what EventBridge is not told.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    The key is the key itself here, not URL-encoded.
    """
    name = event.event_type.removeprefix("s3:")
    detail_type = _DETAIL_TYPES.get(name) or _DETAIL_TYPES.get(name.split(":")[0])
    if detail_type is None:
        return None
    sequencer = notification_event(event, "")["Records"][0]["s3"]["object"]["sequencer"]
    described = {
        "key": event.key,
        "size": event.size,
        "etag": event.etag,
        "version-id": event.version_id,
        "sequencer": sequencer,
    }
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": event.bucket},
        "object": {key: value for key, value in described.items() if value is not None},
        "request-id": event.request_id,
        "requester": account_id,
        "source-ip-address": event.source_ip,
    }
    if name in _REASONS:
        detail["reason"] = _REASONS[name]
    if name in _DELETIONS:
        detail["deletion-type"] = _DELETIONS[name]
    place = Place(account_id, event.region)
    resources = [f"arn:aws:s3:::{event.bucket}"]
    return bus_event(place, "aws.s3", detail_type, event.time, resources, detail)
