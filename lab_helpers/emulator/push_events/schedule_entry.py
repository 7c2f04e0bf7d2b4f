"""One schedule, wherever it is kept: a rule's or EventBridge Scheduler's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ScheduleEntry:
    """What the clockwork needs to know.

    Attributes:
        group: event bus of a rule, or schedule group.
        time_zone: IANA name; rules are always in UTC.
        begin, end: seconds since the epoch, between which it runs; None: no limit.
    """

    arn: str
    region: str
    group: str
    name: str
    expression: str
    time_zone: str = "UTC"
    begin: float | None = None
    end: float | None = None
