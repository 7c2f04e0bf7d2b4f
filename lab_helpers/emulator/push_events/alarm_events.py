"""What CloudWatch says when an alarm changes its state.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab_helpers.clock import iso_milliseconds
from lab_helpers.emulator.push_events.bus_events import Place, bus_event


@dataclass(frozen=True)
class AlarmState:
    """``value`` is OK, ALARM or INSUFFICIENT_DATA; ``time`` seconds since the epoch."""

    value: str
    reason: str
    reason_data: str
    time: float

    def described(self) -> dict[str, str]:
        state = {"value": self.value, "reason": self.reason, "timestamp": stamp(self.time)}
        if self.reason_data not in ("", "{}"):
            state["reasonData"] = self.reason_data
        return state


@dataclass(frozen=True)
class AlarmChange:
    """An alarm's way from one state to another.

    Attributes:
        metrics: in the form of ``configuration.metrics``.
        trigger: the rest of the alarm's settings, in AWS's names, for SNS.
    """

    place: Place
    name: str
    arn: str
    description: str
    before: AlarmState
    after: AlarmState
    metrics: list[dict[str, Any]] = field(default_factory=list)
    trigger: Mapping[str, Any] = field(default_factory=dict)


def stamp(epoch_s: float) -> str:
    """``2023-08-04T12:36:15.490+0000``"""
    return iso_milliseconds(epoch_s).removesuffix("Z") + "+0000"


def _alarm_data(change: AlarmChange) -> dict[str, Any]:
    configuration: dict[str, Any] = {"metrics": change.metrics}
    if change.description:
        configuration = {"description": change.description, **configuration}
    return {
        "alarmName": change.name,
        "state": change.after.described(),
        "previousState": change.before.described(),
        "configuration": configuration,
    }


def function_event(change: AlarmChange) -> dict[str, Any]:
    """The event of a function that is an alarm's action."""
    return {
        "source": "aws.cloudwatch",
        "alarmArn": change.arn,
        "accountId": change.place.account_id,
        "time": stamp(change.after.time),
        "region": change.place.region,
        "alarmData": _alarm_data(change),
    }


def state_change_event(change: AlarmChange) -> dict[str, Any]:
    """The event on the account's default bus."""
    return bus_event(
        change.place,
        "aws.cloudwatch",
        "CloudWatch Alarm State Change",
        change.after.time,
        [change.arn],
        _alarm_data(change),
    )


def topic_message(change: AlarmChange) -> tuple[str, str]:
    """(subject, message) for an SNS topic."""
    message = {
        "AlarmName": change.name,
        "AlarmDescription": change.description or None,
        "AWSAccountId": change.place.account_id,
        "NewStateValue": change.after.value,
        "NewStateReason": change.after.reason,
        "StateChangeTime": stamp(change.after.time),
        "Region": change.place.region,
        "AlarmArn": change.arn,
        "OldStateValue": change.before.value,
        "Trigger": dict(change.trigger),
    }
    subject = f'{change.after.value}: "{change.name}" in {change.place.region}'
    return subject[:100], json.dumps(message, ensure_ascii=False)
