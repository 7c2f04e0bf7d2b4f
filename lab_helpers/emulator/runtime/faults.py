"""What an invocation comes to when the function, its process or its limits end it: AWS's words."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass

MAX_RESPONSE_BYTES = 6_291_556
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (6 MB and its frame)."""

EXIT_ERROR = "Runtime.ExitError"
OUT_OF_MEMORY = "Runtime.OutOfMemory"
TIMED_OUT = "Sandbox.Timedout"
INVALID_ENTRYPOINT = "Runtime.InvalidEntrypoint"
RESPONSE_TOO_LARGE = "Function.ResponseSizeTooLarge"

_GO_SIGNAL_NAMES = {
    "SIGABRT": "aborted",
    "SIGALRM": "alarm clock",
    "SIGBUS": "bus error",
    "SIGFPE": "floating point exception",
    "SIGHUP": "hangup",
    "SIGILL": "illegal instruction",
    "SIGINT": "interrupt",
    "SIGKILL": "killed",
    "SIGPIPE": "broken pipe",
    "SIGQUIT": "quit",
    "SIGSEGV": "segmentation fault",
    "SIGTERM": "terminated",
}


@dataclass(frozen=True)
class Fault:
    """A failure: ``error_type`` for the report, ``payload`` for the caller."""

    error_type: str
    payload: bytes


def sandbox_fault(error_type: str, message: str, request_id: str) -> Fault:
    """A failure that the platform, not the runtime, tells the caller about."""
    text = f"RequestId: {request_id} Error: {message}"
    return _fault(error_type, text)


def timed_out(timeout_s: float, request_id: str) -> Fault:
    return sandbox_fault(TIMED_OUT, f"Task timed out after {timeout_s:.2f} seconds", request_id)


def exited(return_code: int, request_id: str) -> Fault:
    """``return_code`` as ``subprocess`` gives it: negative where a signal ended the process."""
    return sandbox_fault(EXIT_ERROR, exit_reason(return_code), request_id)


def exit_reason(return_code: int) -> str:
    if return_code == 0:
        return "Runtime exited without providing a reason"
    if return_code > 0:
        return f"Runtime exited with error: exit status {return_code}"
    try:
        name = signal.Signals(-return_code).name
    except ValueError:
        name = ""
    described = _GO_SIGNAL_NAMES.get(name, f"signal {-return_code}")
    return f"Runtime exited with error: signal: {described}"


def out_of_memory(request_id: str) -> Fault:
    return sandbox_fault(OUT_OF_MEMORY, "Runtime exited with error: signal: killed", request_id)


def response_too_large() -> Fault:
    limit = f"maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
    return _fault(RESPONSE_TOO_LARGE, f"Response payload size exceeded {limit}")


def _fault(error_type: str, message: str) -> Fault:
    document = {"errorType": error_type, "errorMessage": message}
    return Fault(error_type, json.dumps(document, separators=(",", ":")).encode())
