"""PutRetentionPolicy takes only the numbers of days that AWS knows; moto takes any.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
AWS documents the numbers; the words of its refusal follow the form of its other validation errors.
"""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import LogsClientError
from moto.logs.models import LogsBackend

DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
_put_retention_policy = LogsBackend.put_retention_policy


def install() -> None:
    LogsBackend.put_retention_policy = _checked


def _checked(backend: Any, log_group_name: str, retention_in_days: Any) -> Any:
    if str(retention_in_days) not in map(str, DAYS):
        raise LogsClientError(
            "InvalidParameterException",
            f"1 validation error detected: Value '{retention_in_days}' at 'retentionInDays' failed "
            "to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(map(str, DAYS))}]",
        )
    return _put_retention_policy(backend, log_group_name, retention_in_days)
