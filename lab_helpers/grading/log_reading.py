"""A function's log in CloudWatch Logs, taken apart into its invocations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab_helpers.grading.evidence import absent_as_none

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

NEWEST_STREAMS = 20

NOT_THE_FUNCTIONS = ("END RequestId:", "INIT_START", "INIT_REPORT", "XRAY TraceId:")
"""Beginnings of lines that Lambda writes itself."""

_START = re.compile(r"START RequestId: (\S+) Version: (\S+)")
_REPORT = re.compile(r"REPORT RequestId: (\S+)\t")
_RAISED = re.compile(r"\[ERROR\] [\w.]+")
"""How the Python runtime logs an uncaught exception; ``logger.error`` has a tab there."""


@dataclass
class LoggedRun:
    """One invocation, as its log shows it.

    Attributes:
        started_ms: time stamp of ``START``, milliseconds since the epoch.
        lines: what the function wrote.
        report: the ``REPORT`` line, empty until it is there.
    """

    request_id: str
    stream: str
    started_ms: int
    lines: list[str] = field(default_factory=list)
    report: str = ""

    @property
    def finished(self) -> bool:
        return bool(self.report)

    @property
    def cold(self) -> bool:
        """Whether this invocation paid for the INIT phase."""
        return "Init Duration:" in self.report

    @property
    def error(self) -> str:
        """First line of what the function raised, or what stopped it; empty on success."""
        for line in self.lines:
            if _RAISED.match(line):
                return line.splitlines()[0].removeprefix("[ERROR] ")
        if "Status: timeout" in self.report or any("Task timed out" in x for x in self.lines):
            return "Task timed out"
        if "Status: error" in self.report:
            return self.report.split("Status: error", 1)[1].strip() or "error"
        return ""

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip("\n") for line in self.lines)


def log_group_of(function: Mapping[str, Any] | None, function_name: str) -> str:
    """The function's log group: its own setting, or Lambda's default."""
    logging = ((function or {}).get("Configuration") or {}).get("LoggingConfig") or {}
    return str(logging.get("LogGroup") or f"/aws/lambda/{function_name}")


def logged_runs(logs_client: CloudWatchLogsClient, log_group: str) -> list[LoggedRun] | None:
    """The invocations in the group's newest streams, oldest first; None without a group."""
    streams = _newest_streams(logs_client, log_group)
    if streams is None:
        return None
    runs = [
        run
        for stream in streams
        for run in runs_of_stream(stream, _events(logs_client, log_group, stream))
    ]
    return sorted(runs, key=lambda run: run.started_ms)


def logged_messages(
    logs_client: CloudWatchLogsClient, log_group: str
) -> Iterator[tuple[str, int, str]]:
    """Stream, time stamp (milliseconds) and message, stream by stream, in any log format."""
    for stream in _newest_streams(logs_client, log_group) or []:
        for timestamp, message in _events(logs_client, log_group, stream):
            yield stream, timestamp, message


def _newest_streams(logs_client: CloudWatchLogsClient, log_group: str) -> list[str] | None:
    """Names; None without a group."""
    streams = absent_as_none(
        lambda: logs_client.describe_log_streams(
            logGroupName=log_group,
            orderBy="LastEventTime",
            descending=True,
            limit=NEWEST_STREAMS,
        )["logStreams"]
    )
    return None if streams is None else [stream["logStreamName"] for stream in streams]


def _events(
    logs_client: CloudWatchLogsClient, group: str, stream: str
) -> Iterator[tuple[int, str]]:
    """Time stamp and message of every event of one stream, in order."""
    token: dict[str, Any] = {}
    while True:
        page = logs_client.get_log_events(
            logGroupName=group, logStreamName=stream, startFromHead=True, **token
        )
        for event in page["events"]:
            yield event["timestamp"], event["message"]
        # The same token again says that the end is reached.
        if token.get("nextToken") == page["nextForwardToken"] or not page["events"]:
            return
        token = {"nextToken": page["nextForwardToken"]}


def runs_of_stream(stream: str, events: Iterator[tuple[int, str]]) -> list[LoggedRun]:
    """One environment runs one invocation at a time: its stream has one after the other.

    What is written before ``START``, in the INIT phase, counts to the run that begins there.
    """
    runs: list[LoggedRun] = []
    lines: list[str] = []
    for timestamp, message in events:
        if start := _START.match(message):
            runs.append(LoggedRun(start.group(1), stream, timestamp, lines))
        elif _REPORT.match(message):
            if runs:
                runs[-1].report = message
            lines = []
        elif not message.startswith(NOT_THE_FUNCTIONS):
            lines.append(message)
    return runs
