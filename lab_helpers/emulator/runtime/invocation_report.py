"""The end of an invocation, told twice: as platform events, and as the caller's outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab_helpers.emulator.runtime import billing, faults
from lab_helpers.emulator.runtime.conclusions import Conclusion
from lab_helpers.emulator.runtime.platform_events import PlatformEventSink, Report, RuntimeDone
from lab_helpers.emulator.runtime.snapshots import Restore
from lab_helpers.emulator.runtime.spec import (
    EnvironmentSpec,
    Invocation,
    InvocationOutcome,
    InvocationStatus,
)

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Measured:
    """What was measured of one invocation.

    Attributes:
        taken_s: of the INVOKE phase.
        init_ms: of an INIT phase before it that is not yet billed; None where there was none.
        peak_memory: bytes.
    """

    taken_s: float
    init_ms: float | None
    peak_memory: int
    restored: Restore = field(default_factory=Restore)


def sampled_trace(trace_id: str) -> str:
    """The header, where it says that X-Ray takes this request; else nothing."""
    return trace_id if "Sampled=1" in trace_id.split(";") else ""


def tell_end(
    sink: PlatformEventSink,
    now: float,
    spec: EnvironmentSpec,
    invocation: Invocation,
    conclusion: Conclusion,
    measured: Measured,
) -> InvocationOutcome:
    """Send RuntimeDone and Report, and give back the outcome."""
    request_id = invocation.request_id
    duration_ms = _duration_ms(spec, conclusion, measured.taken_s)
    init_ms = None if measured.init_ms is None else round(measured.init_ms, 2)
    restored = measured.restored
    billed_ms = billing.billed_duration_ms(duration_ms, restored.billed_ms or init_ms)
    error_type = conclusion.error_type
    memory_mb = _max_memory_used_mb(spec, error_type, measured.peak_memory)
    sink(RuntimeDone(now, request_id, conclusion.status, error_type))
    sink(
        Report(
            now,
            request_id,
            conclusion.status,
            duration_ms,
            billed_ms,
            spec.memory_size_mb,
            memory_mb,
            init_ms,
            error_type,
            restored.duration_ms,
            restored.billed_ms,
            sampled_trace(invocation.trace_id),
        )
    )
    fault = conclusion.fault
    return InvocationOutcome(
        status=conclusion.status,
        payload=conclusion.result if fault is None else fault.payload,
        function_error=None if fault is None else "Unhandled",
        error_type=error_type,
        duration_ms=duration_ms,
        billed_duration_ms=billed_ms,
        max_memory_used_mb=memory_mb,
        init_duration_ms=init_ms,
    )


def _duration_ms(spec: EnvironmentSpec, conclusion: Conclusion, taken_s: float) -> float:
    """Of the INVOKE phase; one that timed out lasted its time-out, not a moment longer."""
    timed_out = conclusion.status is InvocationStatus.TIMEOUT
    return round(spec.timeout_s * 1000.0 if timed_out else taken_s * 1000, 2)


def _max_memory_used_mb(spec: EnvironmentSpec, error_type: str | None, peak_memory: int) -> int:
    size = spec.memory_size_mb
    if error_type == faults.OUT_OF_MEMORY:
        return size
    return min(size, -(-peak_memory // MEGABYTE))
