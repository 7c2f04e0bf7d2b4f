"""The Monitor tab: CloudWatch's metrics of the function, and its log.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lab_helpers.grading.log_reading import log_group_of
from lab_helpers.notebook.console.desk import Desk, whole_number

PERIOD_S = 60
NEWEST_STREAMS = 50
MOST_LINES = 500


@dataclass(frozen=True)
class Metric:
    """One curve: a metric of AWS/Lambda and how it is put together in a minute."""

    name: str
    statistic: str
    unit: str = ""

    @property
    def id(self) -> str:
        return f"{self.name}_{self.statistic}".lower()


METRICS = (
    Metric("Invocations", "Sum"),
    Metric("Errors", "Sum"),
    Metric("Duration", "Average", "ms"),
    Metric("Duration", "Maximum", "ms"),
    Metric("Throttles", "Sum"),
    Metric("ConcurrentExecutions", "Maximum"),
)


def show(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The charts of the last ``minutes`` (60 unless asked otherwise).

    Returns:
        ``charts``: ``title``, ``svg`` and ``rows`` (time and value, the same facts as a table);
        ``note``: what this cloud does not measure.
    """
    minutes = whole_number(asked.get("minutes") or 60)
    end = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    begin = end - timedelta(minutes=minutes)
    period_s = max(PERIOD_S, minutes * 60 // 180 // 60 * 60)
    answer = desk.calls.look(
        "cloudwatch",
        "get_metric_data",
        {
            "MetricDataQueries": [metric_query(desk.function, one, period_s) for one in METRICS],
            "StartTime": begin.isoformat(),
            "EndTime": end.isoformat(),
        },
        absent={"MetricDataResults": []},
    )
    points = read_series(answer)
    span = (begin.timestamp(), end.timestamp(), float(period_s))
    return {"charts": charts(desk, points, span), "note": what_is_not_measured(desk, points)}


def what_is_not_measured(desk: Desk, points: Mapping[str, list[tuple[float, float]]]) -> str:
    """A sentence where invocations are counted and their duration is not; AWS writes both."""
    counted, measured = points.get("invocations_sum"), points.get("duration_average")
    return desk.say("only_counted") if counted and not measured else ""


def metric_query(function: str, metric: Metric, period_s: int) -> dict[str, Any]:
    dimensions = [{"Name": "FunctionName", "Value": function}]
    described = {"Namespace": "AWS/Lambda", "MetricName": metric.name, "Dimensions": dimensions}
    return {
        "Id": metric.id,
        "MetricStat": {"Metric": described, "Period": period_s, "Stat": metric.statistic},
    }


def read_series(answer: Mapping[str, Any]) -> dict[str, list[tuple[float, float]]]:
    """Query id → points (seconds since the epoch, value), oldest first."""
    return {
        str(result["Id"]): sorted(
            (time.timestamp(), float(value))
            for time, value in zip(result["Timestamps"], result["Values"], strict=True)
        )
        for result in answer["MetricDataResults"]
    }


def charts(
    desk: Desk, points: Mapping[str, list[tuple[float, float]]], span: tuple[float, float, float]
) -> list[dict[str, Any]]:
    """Args: span: begin, end (seconds since the epoch) and seconds of one point."""
    # matplotlib takes half a second to load: only once a chart is to be drawn.
    from lab_helpers.notebook.console.metric_chart import Period, Series, chart_svg

    drawn = []
    for title, metrics in _grouped():
        series = [
            Series(desk.say(f"stat_{one.statistic}"), points.get(one.id, [])) for one in metrics
        ]
        label = desk.say(f"metric_{title}")
        svg = chart_svg(label, series, Period(*span), metrics[0].unit, desk.say("no_data"))
        rows = [
            (_clock(time), one.label, f"{value:g} {metrics[0].unit}".strip())
            for one in series
            for time, value in one.points
        ]
        drawn.append({"title": label, "svg": svg, "rows": rows})
    return drawn


def _grouped() -> list[tuple[str, list[Metric]]]:
    """The two curves of the duration share a chart."""
    names = dict.fromkeys(metric.name for metric in METRICS)
    return [(name, [metric for metric in METRICS if metric.name == name]) for name in names]


def _clock(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%H:%M")


def show_logs(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The log streams, newest first; with ``search`` or ``stream`` the lines that are meant.

    Args:
        asked: ``search``: a filter pattern of CloudWatch Logs; ``stream``: the name of one.

    Returns:
        ``group``, ``streams`` (name, time of the last event), ``lines`` (time, stream, text),
        None where no lines were asked for, and ``note``: what the cloud did not do.
    """
    group = log_group_of({"Configuration": desk.configuration()}, desk.function)
    named = {"logGroupName": group}
    search, stream = str(asked.get("search", "")).strip(), str(asked.get("stream", ""))
    newest = {"orderBy": "LastEventTime", "descending": True, "limit": NEWEST_STREAMS}
    answer = desk.calls.look("logs", "describe_log_streams", {**named, **newest}, absent=None)
    streams = answer["logStreams"] if answer else []
    lines: list[tuple[str, str, str]] | None = None
    note = "" if answer else desk.say("no_log_group", group=group)
    if streams and stream:
        wanted = {**named, "logStreamName": stream, "startFromHead": False, "limit": MOST_LINES}
        found = desk.calls.do("logs", "get_log_events", wanted)["events"]
        lines = log_lines([{**one, "logStreamName": stream} for one in found])
    elif streams and (search or asked.get("all")):
        wanted = {**named, "limit": MOST_LINES}
        if search:
            wanted["filterPattern"] = search
        lines = log_lines(desk.calls.do("logs", "filter_log_events", wanted)["events"])
        if (chosen := chosen_here(lines, search)) != lines:
            lines, note = chosen, desk.say("searched_here")
    return {
        "group": group,
        "streams": [
            (str(one["logStreamName"]), _moment(one.get("lastEventTimestamp"))) for one in streams
        ],
        "lines": lines,
        "note": note,
    }


def chosen_here(lines: list[tuple[str, str, str]], search: str) -> list[tuple[str, str, str]]:
    """Those lines that hold every word, in case the cloud does not look (LocalStack does not).

    Patterns that are more than words are left to the cloud.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """
    words = search.split()
    if not all(word.replace("_", "").isalnum() for word in words):
        return lines
    return [line for line in lines if all(word in line[2] for word in words)]


def log_lines(events: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Time of day (UTC), stream and text of each event."""
    return [
        (
            _moment(event["timestamp"]),
            str(event.get("logStreamName", "")),
            str(event["message"]).rstrip("\n"),
        )
        for event in events
    ]


def _moment(milliseconds: float | None) -> str:
    if milliseconds is None:
        return "-"
    time = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return time.strftime("%Y-%m-%d %H:%M:%S.") + f"{int(milliseconds) % 1000:03d}"
