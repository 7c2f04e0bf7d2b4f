"""What goes wrong on the way to or from the handler, as AWS's Python runtime words it."""

from __future__ import annotations

from .aws_paths import shown

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    FrameSummary = tuple[str, int, str, str]

RUNTIME_DIR = __file__.rpartition("faults.py")[0]
UNHANDLED_WARNING = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. "
    "For functions using managed runtimes, runtime updates can be triggered by a function change, "
    "or can be applied automatically. To determine if the runtime has been updated, check the "
    "runtime version in the INIT_START log entry. If this error correlates with a change in the "
    "runtime version, you may be able to mitigate this error by temporarily rolling back to the "
    "previous runtime version. For more information, see "
    "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


class Fault(Exception):
    """A failure of the runtime's own steps; ``trace`` replaces the stack trace."""

    def __init__(self, error_type: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace or []


def error_payload(
    error: BaseException, request_id: str
) -> tuple[dict[str, Any], list[FrameSummary]]:
    """``{errorMessage, errorType, requestId, stackTrace}`` and the frames behind it."""
    if isinstance(error, Fault):
        return _payload(error.message, error.error_type, request_id, error.trace), []
    from traceback import format_list  # only a failing invocation pays for this import

    frames = _frames(error.__traceback__)
    trace = format_list(frames)
    return _payload(str(error), type(error).__name__, request_id, trace), frames


def _payload(message: str, error_type: str, request_id: str, trace: list[str]) -> dict[str, Any]:
    return {
        "errorMessage": message,
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": trace,
    }


def _frames(traceback: TracebackType | None) -> list[FrameSummary]:
    """The stack without the runtime's own frames on top of it."""
    from traceback import extract_tb  # only a failing invocation pays for this import

    frames = [(f.filename, f.lineno or 0, f.name, f.line or "") for f in extract_tb(traceback)]
    for index, frame in enumerate(frames):
        if not frame[0].startswith(RUNTIME_DIR):
            return [
                (shown(path), number, name, line) for path, number, name, line in frames[index:]
            ]
    return frames


def xray_cause(payload: dict[str, Any], frames: list[FrameSummary], cwd: str) -> dict[str, Any]:
    """The exception as X-Ray wants to see it."""
    stack = [{"label": name, "path": path, "line": line} for path, line, name, _ in frames]
    exception = {"message": payload["errorMessage"], "type": payload["errorType"], "stack": stack}
    paths = sorted({frame[0] for frame in frames})
    return {"working_directory": cwd, "exceptions": [exception], "paths": paths}


def error_text(payload: dict[str, Any]) -> str:
    """The error as the log shows it in text format: one record of several lines."""
    headline = "[ERROR]"
    if payload["errorType"]:
        headline += f" {payload['errorType']}" + (":" if payload["errorMessage"] else "")
    if payload["errorMessage"]:
        headline += f" {payload['errorMessage']}"
    lines = [headline, "Traceback (most recent call last):"]
    for entry in payload["stackTrace"]:
        lines += [_visible_indent(line) for line in entry.splitlines()] or [""]
    return "\n".join(lines)


def _visible_indent(line: str) -> str:
    """CloudWatch's console trims leading spaces, so AWS writes them as U+00A0."""
    text = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(text)) + text
