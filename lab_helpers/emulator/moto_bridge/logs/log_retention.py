"""How long log lines stay: for the days that AWS knows, and as long as memory has room for them.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
AWS documents the numbers; the words of its refusal follow the form of its other validation errors.
moto takes any number. Lines are in memory here: a log group keeps its newest 100,000, some 20 MiB,
where AWS keeps all until they are too old.
"""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import LogsClientError
from moto.logs.models import LogGroup, LogsBackend

from lab_helpers.emulator.moto_bridge.logs import log_windows
from lab_helpers.emulator.moto_bridge.logs.log_windows import drop_oldest, lines_in_order

DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
LINES_KEPT = 100_000
LOOK_AFTER = LINES_KEPT // 10
"""So many lines more may be there before the oldest are dropped: that costs a look at all."""
_put_log_events = LogGroup.put_log_events
_put_retention_policy = LogsBackend.put_retention_policy


def install() -> None:
    log_windows.install()
    LogsBackend.put_retention_policy = _checked
    LogGroup.put_log_events = _bounded


def _checked(backend: Any, log_group_name: str, retention_in_days: Any) -> Any:
    if str(retention_in_days) not in map(str, DAYS):
        raise LogsClientError(
            "InvalidParameterException",
            f"1 validation error detected: Value '{retention_in_days}' at 'retentionInDays' failed "
            "to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(map(str, DAYS))}]",
        )
    return _put_retention_policy(backend, log_group_name, retention_in_days)


def _bounded(group: Any, stream_name: str, events: list[dict[str, Any]]) -> Any:
    token = _put_log_events(group, stream_name, events)
    group.lines_since_look = getattr(group, "lines_since_look", 0) + len(events)
    if group.lines_since_look >= LOOK_AFTER:
        group.lines_since_look = 0
        _drop_oldest(group)
    return token


def _drop_oldest(group: Any) -> None:
    excess = sum(len(stream.events) for stream in group.streams.values()) - LINES_KEPT
    for stream in sorted(group.streams.values(), key=_newest):
        if excess <= 0:
            return
        dropped = min(excess, len(stream.events))
        drop_oldest(stream, dropped)
        excess -= dropped


def _newest(stream: Any) -> float:
    """Milliseconds since the epoch; streams without a line have nothing to drop."""
    events = lines_in_order(stream)
    return float(events[-1].timestamp) if events else 0.0
