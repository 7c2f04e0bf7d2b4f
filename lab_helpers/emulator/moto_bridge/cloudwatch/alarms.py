"""CloudWatch alarms: moto keeps them; here they are evaluated and act.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions.html
A metric alarm looks at the periods up to now, the present one included once it has data.
Composite alarms change their state by SetAlarmState only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from lab_helpers.emulator.cloudwatch.alarm_evaluation import (
    INSUFFICIENT_DATA,
    AlarmRule,
    Datapoint,
    evaluate,
)
from lab_helpers.emulator.cloudwatch.metric_math import MetricMathError
from lab_helpers.emulator.cloudwatch.metric_math import evaluate as calculate
from lab_helpers.emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.cloudwatch import alarm_history
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK
from lab_helpers.emulator.push_events.alarm_events import AlarmChange, AlarmState
from lab_helpers.emulator.push_events.bus_events import Place

Act = Callable[[AlarmChange, list[str]], None]
"""(what happened, ARNs of the actions that are due)"""
UNCHECKED = "Unchecked: Initial alarm creation"

_put_metric_alarm = CloudWatchBackend.put_metric_alarm
_set_alarm_state = CloudWatchBackend.set_alarm_state


class Alarms:
    """All alarms of one account."""

    def __init__(self, account_id: str, store: MetricStore, act: Act) -> None:
        self._account_id = account_id
        self._store = store
        self._act = act
        self._change_state = CHANGES.repeatable("cloudwatch.alarm", self._changed_state)

    def install(self) -> None:
        alarms = self

        def put_metric_alarm(backend: Any, **settings: Any) -> Any:
            before = backend.alarms.get(settings["name"])
            alarm = _put_metric_alarm(backend, **settings)
            if before is None:
                alarm.state_value, alarm.state_reason = INSUFFICIENT_DATA, UNCHECKED
            else:  # a change of its settings leaves an alarm in its state
                for name in ("state_value", "state_reason", "state_reason_data", "history"):
                    setattr(alarm, name, getattr(before, name))
            return alarm

        def set_alarm_state(
            backend: Any, alarm_name: str, reason: str, reason_data: str, state_value: str
        ) -> None:
            alarm = backend.alarms.get(alarm_name)
            before = None if alarm is None else _state(alarm)
            _set_alarm_state(backend, alarm_name, reason, reason_data, state_value)
            if alarm is not None and before is not None:
                alarms.changed(backend.region_name, alarm, before)

        alarm_history.install()
        CloudWatchBackend.put_metric_alarm = put_metric_alarm
        CloudWatchBackend.set_alarm_state = set_alarm_state

    def any(self) -> bool:
        with MOTO_LOCK:
            backends = list(cloudwatch_backends.get(self._account_id, {}).values())
            return any(backend.alarms for backend in backends)

    def evaluate(self, now: float) -> None:
        """Look at every metric alarm once."""
        with MOTO_LOCK:
            for region, backend in list(cloudwatch_backends.get(self._account_id, {}).items()):
                for alarm in list(backend.alarms.values()):
                    if alarm.rule is None:
                        self._evaluate(region, alarm, now)

    def _evaluate(self, region: str, alarm: Any, now: float) -> None:
        rule = AlarmRule(
            alarm.comparison_operator,
            float(alarm.threshold or 0),
            int(alarm.datapoints_to_alarm or alarm.evaluation_periods),
            alarm.treat_missing_data or "missing",
        )
        if not rule.is_supported:
            return
        points = self._points(region, alarm, now)
        state, reason = evaluate(rule, points, alarm.state_value)
        if state != alarm.state_value:
            self._change_state(region, alarm.name, reason, state)

    def _changed_state(self, region: str, name: str, reason: str, state: str) -> None:
        backend = cloudwatch_backends[self._account_id][region]
        backend.set_alarm_state(name, reason, "{}", state)

    def _points(self, region: str, alarm: Any, now: float) -> list[Datapoint]:
        count = int(alarm.evaluation_periods)
        period_s = int(alarm.period or _query_period(alarm) or 60)
        current = int(now // period_s * period_s)
        begin = current - count * period_s
        values = self._values(region, alarm, period_s, begin, current + period_s)
        last = current if current in values else current - period_s
        times = range(last - (count - 1) * period_s, last + period_s, period_s)
        return [Datapoint(time, values.get(time)) for time in times]

    def _values(
        self, region: str, alarm: Any, period_s: int, begin: float, end: float
    ) -> Mapping[int, float]:
        if not alarm.metric_data_queries:
            key = _key(region, alarm.namespace, alarm.metric_name, alarm.dimensions)
            statistic = alarm.statistic or alarm.extended_statistic
            return self._series(key, begin, end, period_s, statistic)
        series: dict[str, Mapping[int, float]] = {}
        result: Mapping[int, float] = {}
        for query in sorted(alarm.metric_data_queries, key=lambda one: bool(one.expression)):
            if query.metric_stat is not None:
                stat = query.metric_stat
                metric = stat.metric
                key = _key(region, metric.namespace, metric.metric_name, metric.dimensions)
                series[query.id] = self._series(key, begin, end, int(stat.period), stat.stat)
            else:
                try:
                    value = calculate(query.expression, series)
                except MetricMathError:
                    return {}
                series[query.id] = value if isinstance(value, Mapping) else {}
            if str(query.return_data).lower() != "false":
                result = series[query.id]
        return result

    def _series(
        self, key: MetricKey, begin: float, end: float, period_s: int, statistic: str
    ) -> Mapping[int, float]:
        found = self._store.periods(key, begin, end, period_s)
        values = {time: one.statistic(statistic) for time, one in found.items()}
        return {time: value for time, value in values.items() if value is not None}

    def changed(self, region: str, alarm: Any, before: AlarmState) -> None:
        """Act, if the state is another one than before."""
        after = _state(alarm)
        if after.value == before.value:
            return
        actions = {
            "ALARM": alarm.alarm_actions,
            "OK": alarm.ok_actions,
            "INSUFFICIENT_DATA": alarm.insufficient_data_actions,
        }[after.value]
        place = Place(self._account_id, region)
        change = AlarmChange(
            place,
            alarm.name,
            alarm.alarm_arn,
            alarm.description or "",
            before,
            after,
            _metrics(alarm),
            _trigger(alarm),
        )
        self._act(change, list(actions or []) if alarm.actions_enabled else [])


def _key(region: str, namespace: str, name: str, dimensions: list[Any]) -> MetricKey:
    pairs = tuple(sorted((one.name, one.value) for one in dimensions))
    return MetricKey(region, namespace, name, pairs)


def _query_period(alarm: Any) -> int | None:
    periods = [query.metric_stat.period for query in alarm.metric_data_queries if query.metric_stat]
    return int(periods[0]) if periods else None


def _state(alarm: Any) -> AlarmState:
    updated = alarm.state_updated_timestamp
    moment = updated.timestamp() if updated.tzinfo else updated.replace(tzinfo=UTC).timestamp()
    return AlarmState(
        alarm.state_value, alarm.state_reason or "", alarm.state_reason_data or "", moment
    )


def _metrics(alarm: Any) -> list[dict[str, Any]]:
    if alarm.metric_data_queries:
        return [
            {"id": query.id, "expression": query.expression, "returnData": query.return_data}
            for query in alarm.metric_data_queries
        ]
    return [
        {
            "id": f"m-{alarm.name}"[:36],
            "metricStat": {
                "metric": {
                    "namespace": alarm.namespace,
                    "name": alarm.metric_name,
                    "dimensions": {one.name: one.value for one in alarm.dimensions},
                },
                "period": int(alarm.period or 60),
                "stat": alarm.statistic or alarm.extended_statistic,
            },
            "returnData": True,
        }
    ]


def _trigger(alarm: Any) -> dict[str, Any]:
    return {
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "StatisticType": "Statistic",
        "Statistic": (alarm.statistic or "").upper(),
        "Unit": alarm.unit,
        "Dimensions": [{"value": one.value, "name": one.name} for one in alarm.dimensions],
        "Period": int(alarm.period or 60),
        "EvaluationPeriods": int(alarm.evaluation_periods),
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.treat_missing_data or "missing",
    }
