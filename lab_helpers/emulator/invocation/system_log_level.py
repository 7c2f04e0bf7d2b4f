"""Which of Lambda's own records reach the log in JSON format.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html#monitoring-cloudwatchlogs-log-level-mapping
What the function writes has levels of its own, which its runtime looks after.
"""

from __future__ import annotations

from lab_helpers.emulator.runtime.platform_events import (
    FunctionLog,
    InitReport,
    PlatformEvent,
    Report,
    RestoreReport,
    RuntimeDone,
)
from lab_helpers.emulator.runtime.spec import InvocationStatus

DEFAULT = "INFO"
_DETAIL = ("DEBUG", "INFO", "WARN")
"""From most to least."""


def level_of(event: PlatformEvent) -> str:
    """``DEBUG``, ``INFO`` or ``WARN``.

    A successful initReport is DEBUG on demand and INFO otherwise; on demand there is none here.
    """
    if not isinstance(event, InitReport | RestoreReport | RuntimeDone | Report):
        return "INFO"
    if event.status is not InvocationStatus.SUCCESS:
        return "WARN"
    return "DEBUG" if isinstance(event, RuntimeDone) else "INFO"


def is_sent(event: PlatformEvent, system_log_level: str | None) -> bool:
    """Whether the event passes the function's ``SystemLogLevel`` (default: INFO)."""
    if isinstance(event, FunctionLog):
        return True
    wanted = _DETAIL.index(system_log_level or DEFAULT)
    return _DETAIL.index(level_of(event)) >= wanted
