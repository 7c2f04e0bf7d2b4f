"""The fields that Logs Insights finds in a log event by itself.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lab_helpers.emulator.cloudwatch.insights.query_values import Row, Value, shown_time

MOST_FIELDS = 200
_LAMBDA_LINE = re.compile(r"(START|END|REPORT) RequestId: (\S+)")
_LOG_RECORD = re.compile(r"\[[A-Z]+\]\t\S+Z\t(\S+)\t")
_FIGURES = {
    "@duration": re.compile(r"\tDuration: ([\d.]+) ms"),
    "@billedDuration": re.compile(r"\tBilled Duration: ([\d.]+) ms"),
    "@initDuration": re.compile(r"\tInit Duration: ([\d.]+) ms"),
    "@memorySize": re.compile(r"\tMemory Size: ([\d.]+) MB"),
    "@maxMemoryUsed": re.compile(r"\tMax Memory Used: ([\d.]+) MB"),
}
_BYTES = {"@memorySize": 1_000_000.0, "@maxMemoryUsed": 1_000_000.0}
"""AWS's sample queries divide by 1000 * 1000 to get megabytes."""


@dataclass(frozen=True)
class QueriedEvent:
    """One log event. Times in milliseconds; ``log`` is account:group."""

    pointer: str
    timestamp: int
    ingestion_time: int
    message: str
    log_stream: str
    log: str


def row_of(event: QueriedEvent) -> Row:
    row: dict[str, Value] = {
        "@timestamp": shown_time(event.timestamp),
        "@ingestionTime": shown_time(event.ingestion_time),
        "@message": event.message.rstrip("\n"),
        "@logStream": event.log_stream,
        "@log": event.log,
        "@ptr": event.pointer,
    }
    if event.message.startswith("{"):
        row.update(_json_fields(event.message))
    else:
        row.update(_lambda_fields(event.message))
    return row


def _lambda_fields(message: str) -> Iterator[tuple[str, Value]]:
    if record := _LOG_RECORD.match(message):
        yield "@requestId", record[1]
    if line := _LAMBDA_LINE.match(message):
        yield "@type", line[1]
        yield "@requestId", line[2]
    if line and line[1] == "REPORT":
        for name, figure in _FIGURES.items():
            if found := figure.search(message):
                yield name, float(found[1]) * _BYTES.get(name, 1.0)


def _json_fields(message: str) -> dict[str, Value]:
    try:
        document = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return dict(list(_flattened("", document))[:MOST_FIELDS])


def _flattened(name: str, value: Any) -> Iterator[tuple[str, Value]]:
    """``{"a": [{"b": 1}]}`` → ``a.0.b``."""
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, member in members:
            yield from _flattened(f"{name}.{key}" if name else str(key), member)
    elif isinstance(value, bool) or value is None:
        yield name, value
    else:
        yield name, float(value) if isinstance(value, int | float) else str(value)
