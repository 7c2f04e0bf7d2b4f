"""Platform events as the lines that CloudWatch Logs shows.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
The separators of END and REPORT (tabs, one of them before the line's end) are AWS's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lab_helpers.clock import iso_milliseconds
from lab_helpers.emulator.runtime.platform_events import (
    FunctionLog,
    InitReport,
    InitStart,
    PlatformEvent,
    Report,
    RestoreReport,
    RestoreStart,
    RuntimeDone,
    Start,
)
from lab_helpers.emulator.runtime.spec import InvocationStatus


def text_lines(event: PlatformEvent) -> Iterator[str]:
    """The plain text format (the default); each line with its end of line."""
    match event:
        case InitStart():
            note = f"\t{event.runtime_note}" if event.runtime_note else ""
            yield (
                f"INIT_START Runtime Version: {event.runtime_version}\t"
                f"Runtime Version ARN: {event.runtime_version_arn}{note}\n"
            )
        case InitReport():
            yield (
                f"INIT_REPORT Init Duration: {event.duration_ms:.2f} ms\tPhase: {event.phase}"
                f"{_status(event)}\n"
            )
        case RestoreStart():
            yield (
                f"RESTORE_START Runtime Version: {event.runtime_version}\t"
                f"Runtime Version ARN: {event.runtime_version_arn}\n"
            )
        case RestoreReport():
            yield f"RESTORE_REPORT Restore Duration: {event.duration_ms:.2f} ms{_status(event)}\n"
        case Start():
            yield f"START RequestId: {event.request_id} Version: {event.version}\n"
        case FunctionLog():
            yield event.message if event.message.endswith("\n") else event.message + "\n"
        case Report():
            yield f"END RequestId: {event.request_id}\n"
            yield _report_line(event)


def _report_line(event: Report) -> str:
    parts = [
        f"REPORT RequestId: {event.request_id}",
        f"Duration: {event.duration_ms:.2f} ms",
        f"Billed Duration: {event.billed_duration_ms} ms",
        f"Memory Size: {event.memory_size_mb} MB",
        f"Max Memory Used: {event.max_memory_used_mb} MB",
    ]
    if event.init_duration_ms is not None:
        parts.append(f"Init Duration: {event.init_duration_ms:.2f} ms")
    if event.restore_duration_ms is not None:
        parts.append(f"Restore Duration: {event.restore_duration_ms:.2f} ms")
        parts.append(f"Billed Restore Duration: {event.billed_restore_duration_ms} ms")
    if event.status is InvocationStatus.TIMEOUT:
        parts.append("Status: timeout")
    elif event.error_type is not None and event.error_type.startswith(("Runtime.", "Sandbox.")):
        # A handler that raised ends normally for the platform: only a runtime that died is shown.
        parts.append(f"Status: error\tError Type: {event.error_type}")
    return "\t".join(parts) + "\t\n" + _xray_line(event)


def _xray_line(event: Report) -> str:
    """Of the same record as REPORT, for an invocation that X-Ray samples."""
    if not event.trace_id:
        return ""
    trace = dict(part.partition("=")[::2] for part in event.trace_id.split(";"))
    root, parent = trace.get("Root", ""), trace.get("Parent", "")
    return f"XRAY TraceId: {root}\tSegmentId: {parent}\tSampled: true\t\n"


def _status(event: InitReport | RestoreReport) -> str:
    """A phase that succeeded says nothing of it."""
    if event.status is InvocationStatus.SUCCESS:
        return ""
    error_type = f"\tError Type: {event.error_type}" if event.error_type else ""
    return f"\tStatus: {event.status}{error_type}"


def json_lines(event: PlatformEvent) -> Iterator[str]:
    """The JSON format: system records as objects, what the function wrote as it wrote it.

    https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
    """
    match event:
        case FunctionLog():
            yield from text_lines(event)
        case InitStart():
            yield _system(
                event,
                "platform.initStart",
                initializationType="on-demand",
                phase="init",
                runtimeVersion=event.runtime_version,
                runtimeVersionArn=event.runtime_version_arn,
            )
        case InitReport():
            yield _system(
                event,
                "platform.initReport",
                initializationType="on-demand",
                phase=event.phase,
                status=event.status,
                metrics={"durationMs": round(event.duration_ms, 3)},
            )
        case RestoreStart() | RestoreReport():
            yield _restore_record(event)
        case Start():
            yield _system(
                event, "platform.start", requestId=event.request_id, version=event.version
            )
        case RuntimeDone():
            yield _system(
                event, "platform.runtimeDone", requestId=event.request_id, status=event.status
            )
        case Report():
            yield _system(
                event,
                "platform.report",
                requestId=event.request_id,
                status=event.status,
                metrics=_metrics(event),
                **_tracing(event),
            )


def _restore_record(event: RestoreStart | RestoreReport) -> str:
    if isinstance(event, RestoreStart):
        return _system(
            event,
            "platform.restoreStart",
            runtimeVersion=event.runtime_version,
            runtimeVersionArn=event.runtime_version_arn,
        )
    metrics = {"durationMs": round(event.duration_ms, 3)}
    return _system(event, "platform.restoreReport", status=event.status, metrics=metrics)


def _tracing(event: Report) -> dict[str, Any]:
    if not event.trace_id:
        return {}
    return {"tracing": {"type": "X-Amzn-Trace-Id", "value": event.trace_id}}


def _metrics(event: Report) -> dict[str, Any]:
    metrics: dict[str, Any] = {
        "durationMs": round(event.duration_ms, 3),
        "billedDurationMs": event.billed_duration_ms,
        "memorySizeMB": event.memory_size_mb,
        "maxMemoryUsedMB": event.max_memory_used_mb,
    }
    if event.init_duration_ms is not None:
        metrics["initDurationMs"] = round(event.init_duration_ms, 3)
    if event.restore_duration_ms is not None:
        metrics["restoreDurationMs"] = round(event.restore_duration_ms, 3)
        metrics["billedRestoreDurationMs"] = event.billed_restore_duration_ms
    return metrics


def _system(event: PlatformEvent, kind: str, **record: Any) -> str:
    line = {"time": iso_milliseconds(event.time), "type": kind, "record": record}
    return json.dumps(line, ensure_ascii=False) + "\n"
