"""A function's invocations since a moment: for checks that have just given it something to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab_helpers.grading.evidence import absent_as_none
from lab_helpers.grading.log_reading import LoggedRun, runs_of_stream

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient


def runs_since(logs_client: CloudWatchLogsClient, log_group: str, since_ms: int) -> list[LoggedRun]:
    """Invocations that began at ``since_ms`` (since the epoch) or later, oldest first.

    Reads from that moment on only, however long the log is; empty without a log group.
    """
    streams: dict[str, list[tuple[int, str]]] = {}
    pages = logs_client.get_paginator("filter_log_events").paginate(
        logGroupName=log_group, startTime=since_ms
    )
    for event in absent_as_none(lambda: [e for page in pages for e in page["events"]]) or []:
        told = (event["timestamp"], event["message"])
        streams.setdefault(event["logStreamName"], []).append(told)
    runs = [run for name, told in streams.items() for run in runs_of_stream(name, iter(told))]
    return sorted(runs, key=lambda run: run.started_ms)
