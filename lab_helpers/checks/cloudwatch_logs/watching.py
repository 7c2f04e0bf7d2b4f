"""Steps from ``metric_filter`` on: metric, alarm, retention, and the log that is not there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lab_helpers.checks.cloudwatch_logs.resources import LAB, UNKNOWN_CURRENCY
from lab_helpers.grading.check import check
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, expect_equal, expect_found
from lab_helpers.grading.log_reading import logged_runs
from lab_helpers.grading.queue_looking import QueueLook
from lab_helpers.grading.role_policies import LOG_ACTIONS, actions_not_allowed, role_statements

RETENTION_DAYS = 14
ALARM_WITHIN_S = 3.0
"""The embedded cloud looks at its alarms several times a second."""


# --- metric_filter


def _own_filter(ev: Evidence) -> Mapping[str, Any]:
    """The group's filter that publishes the lab's metric; else any one of the group."""
    group = ev.name("log_group")
    answer: Any = absent_as_none(lambda: ev.logs_client.describe_metric_filters(logGroupName=group))
    found: list[Mapping[str, Any]] = answer["metricFilters"] if answer else []
    expect(found, "filter_missing")
    wanted = (ev.name("namespace"), ev.name("metric"))
    told = {_published(one): one for one in found}
    name = "/".join(next(iter(told)))
    return expect_found(told.get(wanted), "other_metric", found=name)


def _published(found: Mapping[str, Any]) -> tuple[str, str]:
    transformation = found["metricTransformations"][0]
    return transformation["metricNamespace"], transformation["metricName"]


@check(lab=LAB, step="metric_filter")
def filter_publishes_the_metric(ev: Evidence) -> None:
    _own_filter(ev)


@check(lab=LAB, step="metric_filter")
def pattern_matches_errors_alone(ev: Evidence) -> None:
    pattern = _own_filter(ev)["filterPattern"]
    wanted, others = _sample(ev, "ERROR", "order rejected"), _others(ev)
    answer = ev.logs_client.test_metric_filter(
        filterPattern=pattern, logEventMessages=[wanted, *others]
    )
    matched = [match["eventMessage"] for match in answer["matches"]]
    expect(wanted in matched, "pattern_misses", details=wanted, pattern=pattern)
    surplus = [message for message in matched if message != wanted]
    expect(not surplus, "pattern_too_broad", details="\n".join(surplus), pattern=pattern)


def _sample(ev: Evidence, level: str, message: str) -> str:
    record = {
        "timestamp": "2026-11-22T09:30:00Z",
        "level": level,
        "message": message,
        "logger": "root",
        "requestId": "5d1b3c1e-0f7a-4a55-9c11-2b6f0e3d7a90",
        "order_id": f"P-{ev.token()}",
        "currency": UNKNOWN_CURRENCY,
    }
    return json.dumps(record)


def _others(ev: Evidence) -> list[str]:
    """Lines that are no errors, though one speaks of an ERROR."""
    start = {"requestId": "5d1b3c1e-0f7a-4a55-9c11-2b6f0e3d7a90", "version": "$LATEST"}
    return [
        _sample(ev, "INFO", "order accepted: one book, ERROR and other stories"),
        _sample(ev, "WARNING", "order accepted late"),
        json.dumps({"time": "2026-11-22T09:30:00Z", "type": "platform.start", "record": start}),
    ]


# --- alarm


def _alarm(ev: Evidence) -> Mapping[str, Any]:
    answer = ev.client("cloudwatch").describe_alarms(AlarmNames=[ev.name("alarm")])
    alarms = answer["MetricAlarms"]
    return expect_found(dict(alarms[0]) if alarms else None, "alarm_missing")


def _topic_arn(alarm: Mapping[str, Any], ev: Evidence) -> str:
    arns = [arn for arn in alarm.get("AlarmActions", []) if arn.endswith(f":{ev.name('topic')}")]
    return str(expect_found(arns[0] if arns else None, "alarm_without_action"))


@check(lab=LAB, step="alarm")
def alarm_watches_the_metric(ev: Evidence) -> None:
    alarm = _alarm(ev)
    found = f"{alarm.get('Namespace')}/{alarm.get('MetricName')}"
    expect_equal(found, f"{ev.name('namespace')}/{ev.name('metric')}", "alarm_on_other_metric")
    _topic_arn(alarm, ev)


@check(lab=LAB, step="alarm")
def alarm_has_gone_off(ev: Evidence) -> None:
    went_off = ev.wait_for(lambda: True if _went_off(ev) else None, patience_s=ALARM_WITHIN_S)
    expect(went_off, "alarm_never_went_off", state=_alarm(ev)["StateValue"])


def _went_off(ev: Evidence) -> bool:
    if _alarm(ev)["StateValue"] == "ALARM":
        return True
    history = ev.client("cloudwatch").describe_alarm_history(
        AlarmName=ev.name("alarm"), HistoryItemType="StateUpdate"
    )
    states = [json.loads(item["HistoryData"]) for item in history["AlarmHistoryItems"]]
    return any(state["newState"]["stateValue"] == "ALARM" for state in states)


@check(lab=LAB, step="alarm")
def notification_is_in_the_queue(ev: Evidence) -> None:
    arrived = ev.wait_for(lambda: True if _messages(ev) else None, patience_s=ALARM_WITHIN_S / 3)
    expect(arrived, "notification_not_arrived")


def _messages(ev: Evidence) -> int:
    look = QueueLook.at(ev, ev.name("queue"))
    return look.waiting if look else 0


# --- retention


@check(lab=LAB, step="retention")
def logs_are_kept_two_weeks(ev: Evidence) -> None:
    name = ev.name("log_group")
    groups = ev.logs_client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    days = {group["logGroupName"]: group.get("retentionInDays") for group in groups}.get(name)
    kept = expect_found(days, "kept_for_ever")
    expect_equal(kept, RETENTION_DAYS, "other_retention")


# --- silent_function


@check(lab=LAB, step="silent_function")
def role_may_write_logs(ev: Evidence) -> None:
    expect_found(ev.function("silent_function"), "silent_function_missing")
    role = ev.name("silent_role")
    found = absent_as_none(lambda: role_statements(ev.iam_client, role)) or []
    missing = actions_not_allowed(found, LOG_ACTIONS)
    expect(found, "still_silent")
    expect(not missing, "logs_permission_incomplete", found=", ".join(missing))


@check(lab=LAB, step="silent_function")
def something_is_logged(ev: Evidence) -> None:
    group = f"/aws/lambda/{ev.name('silent_function')}"
    runs = ev.wait_for(
        lambda: [r for r in logged_runs(ev.logs_client, group) or [] if r.finished] or None,
        patience_s=1.0,
    )
    expect(runs, "not_invoked_since")
