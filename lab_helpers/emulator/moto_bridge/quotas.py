"""Numbers that AWS's quotas bound and moto does not: it would make as many things as it is told.

https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
"""

from __future__ import annotations

import json

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.http import Request

SHARDS = 500
_BOUNDED = {
    ("kinesis", "CreateStream"): "ShardCount",
    ("kinesis", "UpdateShardCount"): "TargetShardCount",
}


def refuse_beyond_quota(service: str, operation: str, request: Request) -> None:
    """Raises AwsError where a request asks for more than an account may have."""
    member = _BOUNDED.get((service, operation))
    if member is None:
        return
    try:
        wanted = json.loads(request.body)[member]
    except (ValueError, LookupError, TypeError):
        return
    if isinstance(wanted, int | float) and wanted > SHARDS:
        text = f"This request would exceed the shard limit for the account. Limit: {SHARDS}."
        raise AwsError("LimitExceededException", text, 400)
