"""What CloudWatch Logs has: REPORT lines where there is no journal, and how much was written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lab_helpers.grading.evidence import absent_as_none
from lab_helpers.grading.log_reading import log_group_of
from lab_helpers.notebook.bill.seen import MeteredRun
from lab_helpers.pricing import BilledInvocation, read_platform_report, read_report_line


def configuration_of(lambda_client: Any, function: str) -> dict[str, Any] | None:
    """None where there is no such function (any more)."""
    return absent_as_none(
        lambda: dict(lambda_client.get_function_configuration(FunctionName=function))
    )


def log_messages(
    logs_client: Any, function: str, configuration: dict[str, Any] | None, since_s: float
) -> Iterator[str]:
    """Messages of the function's log group from ``since_s`` on; none where there is no group."""
    group = log_group_of({"Configuration": configuration or {}}, function)
    asked: dict[str, Any] = {"logGroupName": group, "startTime": int(since_s * 1000)}
    while True:
        page = absent_as_none(lambda: dict(logs_client.filter_log_events(**asked)))
        if page is None:
            return
        for event in page["events"]:
            yield event["message"]
        if not page.get("nextToken"):
            return
        asked["nextToken"] = page["nextToken"]


def bytes_of(messages: Iterable[str]) -> int:
    """Uncompressed, as CloudWatch counts ``IncomingBytes``; what AWS adds per event is not known.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
    """
    return sum(len(message.encode()) for message in messages)


def runs_in_log(
    function: str, messages: Iterable[str], configuration: dict[str, Any]
) -> list[MeteredRun]:
    """From REPORT lines, in either log format; architecture and /tmp as they are configured now."""
    (architecture,) = configuration.get("Architectures") or ["x86_64"]
    storage_mb = (configuration.get("EphemeralStorage") or {}).get("Size", 512)
    return [
        MeteredRun(
            function,
            found.memory_size_mb,
            found.billed_duration_ms,
            None if found.init_duration_ms is None else float(found.init_duration_ms),
            architecture,
            int(storage_mb),
        )
        for message in messages
        if (found := _report(message)) is not None
    ]


def _report(message: str) -> BilledInvocation | None:
    if not message.startswith("{"):
        return read_report_line(message) if message.startswith("REPORT ") else None
    try:
        record = json.loads(message)
    except ValueError:
        return None
    try:
        return read_platform_report(record) if isinstance(record, dict) else None
    except (KeyError, TypeError, ValueError):  # what a function wrote may look like a record
        return None
