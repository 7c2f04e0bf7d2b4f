"""The event that S3 sends to a function.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from lab_helpers.clock import iso_milliseconds

_sequence = itertools.count()


@dataclass(frozen=True)
class ObjectEvent:
    """What happened to an object, and in which request.

    Attributes:
        event_type: with its prefix, as in a rule: ``s3:ObjectCreated:Put``.
        size: bytes; None for a removal.
        etag: without quotes; None where there is none (a removal).
        version_id: None in a bucket without versioning.
        principal_id: of the caller, as in IAM (``AIDA…``).
    """

    event_type: str
    region: str
    bucket: str
    key: str
    time: float
    size: int | None
    etag: str | None
    version_id: str | None
    request_id: str
    host_id: str
    principal_id: str
    source_ip: str
    bucket_owner_id: str


def notification_event(event: ObjectEvent, configuration_id: str) -> dict[str, Any]:
    """The whole JSON: one record per event, as S3 sends it today."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": event.region,
                "eventTime": iso_milliseconds(event.time),
                "eventName": event.event_type.removeprefix("s3:"),
                "userIdentity": {"principalId": f"AWS:{event.principal_id}"},
                "requestParameters": {"sourceIPAddress": event.source_ip},
                "responseElements": {
                    "x-amz-request-id": event.request_id,
                    "x-amz-id-2": event.host_id,
                },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": configuration_id,
                    "bucket": {
                        "name": event.bucket,
                        "ownerIdentity": {"principalId": event.bucket_owner_id},
                        "arn": f"arn:aws:s3:::{event.bucket}",
                    },
                    "object": _object(event),
                },
            }
        ]
    }


def _object(event: ObjectEvent) -> dict[str, Any]:
    described: dict[str, Any] = {"key": encoded_key(event.key)}
    if event.size is not None:
        described["size"] = event.size
    if event.etag is not None:
        described["eTag"] = event.etag
    if event.version_id is not None:
        described["versionId"] = event.version_id
    described["sequencer"] = _sequencer(event.time)
    return described


def encoded_key(key: str) -> str:
    """URL-encoded as S3 does: a space becomes ``+``, a slash stays.

    ``red flower.jpg`` → ``red+flower.jpg``; ``urllib.parse.unquote_plus`` gives the key back.
    """
    return quote_plus(key, safe="/")


def _sequencer(time: float) -> str:
    """Sixteen hexadecimal digits or more that grow with time: compare them as text."""
    return f"00{int(time * 1_000_000):014X}{next(_sequence) % 256:02X}"
