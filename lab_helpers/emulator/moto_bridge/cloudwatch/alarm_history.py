"""DescribeAlarmHistory: the changes of state that moto's alarms remember.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
Items of the types ConfigurationUpdate and Action are not kept here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

STATE_UPDATE = "StateUpdate"
MOST_RECORDS = 100


def install() -> None:
    CloudWatchResponse.describe_alarm_history = _describe_alarm_history


def _describe_alarm_history(response: Any) -> ActionResult:
    """The newest first, unless ``ScanBy`` says otherwise."""
    params = response._get_params()
    name, wanted = params.get("AlarmName"), params.get("HistoryItemType") or STATE_UPDATE
    begin, end = _moment(params.get("StartDate")), _moment(params.get("EndDate"))
    alarms = response.cloudwatch_backend.alarms.values()
    items = [
        item
        for alarm in alarms
        if name in (None, alarm.name) and wanted == STATE_UPDATE
        for item in state_updates(alarm)
        if (begin is None or item["Timestamp"] >= begin)
        and (end is None or item["Timestamp"] <= end)
    ]
    newest_first = params.get("ScanBy") != "TimestampAscending"
    items.sort(key=lambda item: item["Timestamp"], reverse=newest_first)
    count = min(int(params.get("MaxRecords") or MOST_RECORDS), MOST_RECORDS)
    first = int(params.get("NextToken") or 0)
    more = {"NextToken": str(first + count)} if len(items) > first + count else {}
    return ActionResult({"AlarmHistoryItems": items[first : first + count], **more})


def state_updates(alarm: Any) -> Iterator[dict[str, Any]]:
    """One item for each change, oldest first; moto's history has the states that were left."""
    now = (alarm.state_reason, alarm.state_value, alarm.state_updated_timestamp)
    left = [(reason, value, moment) for _, reason, _, value, moment in alarm.history]
    states = [*left, now]
    for before, after in pairwise(states):
        data = {
            "version": "1.0",
            "oldState": {"stateValue": before[1], "stateReason": before[0]},
            "newState": {"stateValue": after[1], "stateReason": after[0]},
        }
        yield {
            "AlarmName": alarm.name,
            "AlarmType": "MetricAlarm" if alarm.rule is None else "CompositeAlarm",
            "Timestamp": _moment(after[2]),
            "HistoryItemType": STATE_UPDATE,
            "HistorySummary": f"Alarm updated from {before[1]} to {after[1]}",
            "HistoryData": json.dumps(data),
        }


def _moment(found: datetime | None) -> datetime | None:
    """moto hands over UTC without saying so."""
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
