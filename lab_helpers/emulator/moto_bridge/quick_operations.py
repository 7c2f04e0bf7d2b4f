"""Which of moto's operations are done on the event loop, without a thread.

Handing a call to a thread and back costs about a quarter of a millisecond, more than many an
operation. What touches one item, waits for nobody and sends nothing over the network is done at
once; a topic may have an HTTP subscriber, so whatever may reach one keeps its thread.
"""

from __future__ import annotations

from typing import Any

import moto.backends

from lab_helpers.emulator.http import Request

LARGEST_BODY = 64 * 1024
_OF_ONE_ITEM = frozenset(
    {
        ("dynamodb", "DeleteItem"),
        ("dynamodb", "DescribeTable"),
        ("dynamodb", "GetItem"),
        ("dynamodb", "PutItem"),
        ("dynamodb", "UpdateItem"),
        ("iam", "GetRole"),
        ("iam", "GetUser"),
        ("s3", "HeadBucket"),
        ("s3", "HeadObject"),
        ("sqs", "GetQueueUrl"),
        ("sqs", "SendMessage"),
    }
)
_TOLD_BY_BUCKETS = frozenset({("s3", "PutObject")})


def is_quick(account_id: str, service: str, operation: str, request: Request) -> bool:
    """Args: service: the signing name."""
    if len(request.body) > LARGEST_BODY:
        return False
    asked = (service, operation)
    if asked in _TOLD_BY_BUCKETS:
        return not _tells_others(account_id, request.path.lstrip("/").partition("/")[0])
    return asked in _OF_ONE_ITEM


def _tells_others(account_id: str, bucket_name: str) -> bool:
    """Whether a bucket notifies anything but functions and queues."""
    backends: Any = moto.backends.get_backend("s3")
    bucket = backends[account_id]["aws"].buckets.get(bucket_name)
    rules = getattr(bucket, "notification_configuration", None)
    return rules is not None and bool(rules.topic or rules.event_bridge is not None)
