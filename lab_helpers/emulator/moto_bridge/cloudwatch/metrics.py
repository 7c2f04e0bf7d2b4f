"""CloudWatch's metrics: kept by our store, asked for through moto's operations.

moto adds a metric's values up over all dimension sets that contain the wanted one, starts its
periods at the first value and knows no percentiles: its four operations on metrics are replaced.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.exceptions import (
    InvalidParameterCombination,
    InvalidParameterValue,
    ValidationError,
)
from moto.cloudwatch.models import CloudWatchBackend, MetricDatum
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from lab_helpers.emulator.cloudwatch.metric_math import MetricMathError, evaluate
from lab_helpers.emulator.cloudwatch.metric_store import MetricKey, MetricStore, percent_of
from lab_helpers.emulator.invocation.metrics import Dimensions, MetricValue

PAGE = 500
PLAIN_STATISTICS = ("Sum", "Average", "Minimum", "Maximum", "SampleCount")
MOST_DATAPOINTS = 1440
_put_metric_data_checked = CloudWatchBackend._validate_parameters_put_metric_data


class CloudWatchMetrics:
    """Stands in for moto's metrics, in all Regions."""

    def __init__(self, store: MetricStore) -> None:
        self._store = store

    def install(self) -> None:
        metrics = self

        def put_metric_data(backend: Any, namespace: str, metric_data: list[Any]) -> None:
            metrics.put(backend, namespace, metric_data)

        def get_metric_statistics(response: Any) -> ActionResult:
            return metrics.answer_statistics(response)

        def get_metric_data(
            backend: Any,
            queries: list[dict[str, Any]],
            start_time: datetime,
            end_time: datetime,
            scan_by: str = "TimestampDescending",
        ) -> list[dict[str, Any]]:
            return metrics.data(backend.region_name, queries, start_time, end_time, scan_by)

        def list_metrics(
            backend: Any,
            next_token: str | None,
            namespace: str | None,
            metric_name: str | None,
            dimensions: list[dict[str, str]],
        ) -> tuple[str | None, list[MetricDatum]]:
            return metrics.list(
                backend.region_name, next_token, namespace, metric_name, dimensions or []
            )

        CloudWatchBackend.put_metric_data = put_metric_data
        CloudWatchResponse.get_metric_statistics = get_metric_statistics
        CloudWatchBackend.get_metric_data = get_metric_data
        CloudWatchBackend.list_metrics = list_metrics

    def put(self, backend: Any, namespace: str, metric_data: Sequence[Mapping[str, Any]]) -> None:
        for number, metric in enumerate(metric_data, 1):
            _put_metric_data_checked(backend, metric, number)
        for metric in metric_data:
            self._put_one(backend.region_name, namespace, metric)

    def _put_one(self, region: str, namespace: str, metric: Mapping[str, Any]) -> None:
        stamp = metric.get("Timestamp")
        value = MetricValue(
            region,
            str(metric["MetricName"]),
            float(metric.get("Value") or 0),
            str(metric.get("Unit") or "None"),
            sorted_(metric.get("Dimensions") or []),
            seconds(stamp) if stamp else datetime.now(UTC).timestamp(),
            namespace,
        )
        values = metric.get("Values")
        summary = metric.get("StatisticValues")
        if values:
            counts = metric.get("Counts") or [1.0] * len(values)
            for one, times in zip(values, counts, strict=True):
                self._store.put(_with(value, float(one)), float(times))
        elif summary:
            names = ("SampleCount", "Sum", "Minimum", "Maximum")
            self._store.put_summary(value, *(float(summary[name]) for name in names))
        else:
            self._store.put(value)

    def answer_statistics(self, response: Any) -> ActionResult:
        """GetMetricStatistics whole: moto's own leaves percentiles out."""
        params = response._get_params()
        wanted = [*params.get("Statistics", []), *params.get("ExtendedStatistics", [])]
        if not wanted:
            raise InvalidParameterCombination(
                "Must specify either Statistics or ExtendedStatistics"
            )
        key = MetricKey(
            response.region,
            params["Namespace"],
            params["MetricName"],
            sorted_(params.get("Dimensions") or []),
        )
        points = self.statistics(
            key,
            params["StartTime"],
            params["EndTime"],
            int(params["Period"]),
            wanted,
            params.get("Unit"),
        )
        return ActionResult({"Label": key.name, "Datapoints": points})

    def statistics(
        self,
        key: MetricKey,
        start: datetime,
        end: datetime,
        period_s: int,
        statistics: Sequence[str],
        unit: str | None,
    ) -> list[dict[str, Any]]:
        """Datapoints of GetMetricStatistics."""
        if seconds(start) >= seconds(end):
            raise InvalidParameterValue(
                "The parameter StartTime must be less than the parameter EndTime."
            )
        if period_s <= 0 or (period_s % 60 and period_s not in (1, 5, 10, 20, 30)):
            raise InvalidParameterValue(
                "The parameter Period must be a multiple of 60 or one of 1, 5, 10, 20, 30."
            )
        if (seconds(end) - seconds(start)) / period_s > MOST_DATAPOINTS:
            raise InvalidParameterCombination(
                f"You have requested up to {int((seconds(end) - seconds(start)) / period_s)} "
                f"datapoints, which exceeds the limit of {MOST_DATAPOINTS}. You may reduce the "
                "datapoints requested by increasing Period, or decreasing the time range."
            )
        found = self._store.periods(key, seconds(start), seconds(end), period_s, unit)
        points = []
        for begin, values in found.items():
            point: dict[str, Any] = {"Timestamp": moment(begin), "Unit": values.unit}
            for name in statistics:
                if name in PLAIN_STATISTICS:
                    point[name] = values.statistic(name)
                else:
                    extended = point.setdefault("ExtendedStatistics", {})
                    extended[name] = values.statistic(name)
            points.append(point)
        return points

    def data(
        self,
        region: str,
        queries: Sequence[Mapping[str, Any]],
        start: datetime,
        end: datetime,
        scan_by: str,
    ) -> list[dict[str, Any]]:
        """MetricDataResults of GetMetricData."""
        if seconds(start) >= seconds(end):
            raise ValidationError("The parameter EndTime must be greater than StartTime.")
        series: dict[str, dict[int, float]] = {}
        for query in queries:
            if "MetricStat" in query:
                series[query["Id"]] = self._series(region, query["MetricStat"], start, end)
        pending = [query for query in queries if "MetricStat" not in query]
        for query in pending:
            series[query["Id"]] = _evaluated(query["Expression"], series)
        newest_first = scan_by != "TimestampAscending"
        return [
            _result(query, series[query["Id"]], newest_first)
            for query in queries
            if query.get("ReturnData", True) not in (False, "false")
        ]

    def _series(
        self, region: str, stat: Mapping[str, Any], start: datetime, end: datetime
    ) -> dict[int, float]:
        metric = stat["Metric"]
        key = MetricKey(
            region,
            metric["Namespace"],
            metric["MetricName"],
            sorted_(metric.get("Dimensions") or []),
        )
        name = stat["Stat"]
        if name not in PLAIN_STATISTICS and percent_of(name) is None:
            raise ValidationError(f"The value {name} for parameter Stat is not supported.")
        found = self._store.periods(
            key, seconds(start), seconds(end), int(stat["Period"]), stat.get("Unit")
        )
        values = {begin: values.statistic(name) for begin, values in found.items()}
        return {begin: value for begin, value in values.items() if value is not None}

    def list(
        self,
        region: str,
        token: str | None,
        namespace: str | None,
        name: str | None,
        dimensions: list[dict[str, str]],
    ) -> tuple[str | None, list[MetricDatum]]:
        found = list(self._store.keys(region, namespace or None, name or None, dimensions))
        begin = _position(token)
        page = found[begin : begin + PAGE]
        more = _token(begin + PAGE) if begin + PAGE < len(found) else None
        return more, [
            MetricDatum(
                key.namespace,
                key.name,
                0.0,
                [{"Name": one, "Value": value} for one, value in key.dimensions],
                None,
            )
            for key in page
        ]


def sorted_(dimensions: Sequence[Mapping[str, str]]) -> Dimensions:
    return tuple(sorted((one["Name"], one["Value"]) for one in dimensions))


def seconds(moment_: datetime) -> float:
    """moto hands over UTC without saying so."""
    aware = moment_ if moment_.tzinfo else moment_.replace(tzinfo=UTC)
    return aware.timestamp()


def moment(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)


def _with(value: MetricValue, number: float) -> MetricValue:
    return MetricValue(
        value.region,
        value.name,
        number,
        value.unit,
        value.dimensions,
        value.time,
        value.namespace,
    )


def _evaluated(expression: str, series: Mapping[str, Mapping[int, float]]) -> dict[int, float]:
    try:
        value = evaluate(expression, series)
    except MetricMathError as error:
        raise ValidationError(error.message) from error
    if isinstance(value, float):
        return dict.fromkeys(sorted({time for one in series.values() for time in one}), value)
    return dict(value)


def _result(
    query: Mapping[str, Any], series: Mapping[int, float], newest_first: bool
) -> dict[str, Any]:
    times = sorted(series, reverse=newest_first)
    default = query["MetricStat"]["Metric"]["MetricName"] if "MetricStat" in query else query["Id"]
    return {
        "id": query["Id"],
        "label": query.get("Label") or default,
        "timestamps": [moment(time) for time in times],
        "values": [series[time] for time in times],
        "status_code": "Complete",
    }


def _token(position: int) -> str:
    return base64.b64encode(json.dumps({"position": position}).encode()).decode()


def _position(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(json.loads(base64.b64decode(token, validate=True))["position"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidParameterValue("Request parameter NextToken is invalid") from error
