"""What the end of an INIT or INVOKE phase means to the caller."""

from __future__ import annotations

from dataclasses import dataclass

from lab_helpers.emulator.runtime import faults
from lab_helpers.emulator.runtime.faults import Fault
from lab_helpers.emulator.runtime.runtime_api import AnswerKind, RuntimeAnswer
from lab_helpers.emulator.runtime.spec import InvocationStatus
from lab_helpers.emulator.runtime.wait_results import Ended, LaunchFailed, ProcessExit


@dataclass(frozen=True)
class Conclusion:
    """How a phase ended; ``fault`` is None where it succeeded."""

    status: InvocationStatus
    fault: Fault | None = None
    result: bytes = b""

    @property
    def error_type(self) -> str | None:
        return self.fault.error_type if self.fault else None


def conclude(ended: object, request_id: str, timeout_s: float) -> Conclusion:
    """From what the sandbox waited for: an answer, the process's end, or a limit."""
    error = InvocationStatus.ERROR
    if isinstance(ended, RuntimeAnswer):
        if ended.kind is AnswerKind.RESPONSE:
            return Conclusion(InvocationStatus.SUCCESS, result=ended.body)
        if ended.kind is AnswerKind.TOO_LARGE:
            return Conclusion(error, faults.response_too_large())
        return Conclusion(error, Fault(ended.error_type or "Runtime.Unknown", ended.body))
    if isinstance(ended, ProcessExit):
        return Conclusion(error, faults.exited(ended.return_code, request_id))
    if isinstance(ended, LaunchFailed):
        fault = faults.sandbox_fault(faults.INVALID_ENTRYPOINT, ended.reason, request_id)
        return Conclusion(error, fault)
    if ended is Ended.OUT_OF_MEMORY:
        return Conclusion(error, faults.out_of_memory(request_id))
    return Conclusion(InvocationStatus.TIMEOUT, faults.timed_out(timeout_s, request_id))
