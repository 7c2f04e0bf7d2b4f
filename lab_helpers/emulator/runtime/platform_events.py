"""What the platform reports while a function runs: values, in the Telemetry API's words.

https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
The log writer turns them into the lines that CloudWatch Logs shows; the journal keeps them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lab_helpers.emulator.runtime.spec import InvocationStatus


@dataclass(frozen=True)
class PlatformEvent:
    """Attributes: time, in seconds since the epoch."""

    time: float


@dataclass(frozen=True)
class InitStart(PlatformEvent):
    """``INIT_START Runtime Version: python:3.13.v…``; runtime_note says which interpreter runs."""

    runtime_version: str
    runtime_version_arn: str
    runtime_note: str = ""


@dataclass(frozen=True)
class InitReport(PlatformEvent):
    """End of an INIT phase: ``phase`` is ``init`` or, for the retry in an invoke, ``invoke``.

    Told where the phase failed, and always with provisioned concurrency.
    """

    duration_ms: float
    status: InvocationStatus
    phase: str = "init"
    error_type: str | None = None


@dataclass(frozen=True)
class RestoreStart(PlatformEvent):
    """SnapStart: ``RESTORE_START Runtime Version: …``."""

    runtime_version: str
    runtime_version_arn: str


@dataclass(frozen=True)
class RestoreReport(PlatformEvent):
    """SnapStart: the environment is restored, or could not be."""

    duration_ms: float
    status: InvocationStatus
    error_type: str | None = None


@dataclass(frozen=True)
class Start(PlatformEvent):
    request_id: str
    version: str


@dataclass(frozen=True)
class FunctionLog(PlatformEvent):
    """One record that the function wrote (a line of stdout or stderr, or one log record).

    Attributes:
        message: without the record's last line end; it may hold others.
        request_id: of the invocation during which it was written, None in the INIT phase.
    """

    message: str
    request_id: str | None = None


@dataclass(frozen=True)
class RuntimeDone(PlatformEvent):
    request_id: str
    status: InvocationStatus
    error_type: str | None = None


@dataclass(frozen=True)
class Report(PlatformEvent):
    """``END`` and ``REPORT`` of an invocation.

    Attributes:
        trace_id: the X-Ray header of an invocation that is sampled, else empty.
    """

    request_id: str
    status: InvocationStatus
    duration_ms: float
    billed_duration_ms: int
    memory_size_mb: int
    max_memory_used_mb: int
    init_duration_ms: float | None = None
    error_type: str | None = None
    restore_duration_ms: float | None = None
    billed_restore_duration_ms: int | None = None
    trace_id: str = ""


PlatformEventSink = Callable[[PlatformEvent], None]
