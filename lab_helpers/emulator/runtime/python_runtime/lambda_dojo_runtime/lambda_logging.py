"""``logging`` as a handler finds it: a root handler is there, at level WARNING, in AWS's format.

Imported by ``lazy_logging`` when something imports ``logging`` for the first time.
https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from __future__ import annotations

import json
import logging
import re
import time

from . import invocation_state
from .aws_paths import shown
from .log_sink import JSON_FRAME, TEXT_FRAME, LogSink, frame_type

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

TEXT_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
JSON_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_FILE_LINE = re.compile(r'^  File "([^"]+)"', re.MULTILINE)
_ORDINARY_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {
    "aws_request_id",
    "tenant_id",
    "message",
    "asctime",
    "taskName",
}
_dumps = json.JSONEncoder(ensure_ascii=False, default=str).encode


class InvocationFilter(logging.Filter):
    """Gives every record the invocation's ids."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = invocation_state.request_id
        record.tenant_id = invocation_state.tenant_id
        return True


class LambdaLoggerHandler(logging.Handler):
    """Writes each record to the sink as one frame."""

    def __init__(self, sink: LogSink, base_frame_type: int) -> None:
        super().__init__()
        self.sink = sink
        self._base = base_frame_type

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        self.sink.write(text, frame_type(self._base, record.levelno))


class JsonFormatter(logging.Formatter):
    """``{"timestamp", "level", "message", "logger", "requestId", …}`` on one line."""

    def __init__(self) -> None:
        super().__init__(datefmt=JSON_TIME_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        keeps_object = isinstance(record.msg, dict) and not record.args
        document: dict[str, Any] = {
            "timestamp": self.formatTime(record, self.datefmt),
            "level": logging.getLevelName(min(50, max(0, record.levelno)) // 10 * 10),
            "message": record.msg if keeps_object else record.getMessage(),
            "logger": record.name,
            **self._exception(record),
            "requestId": getattr(record, "aws_request_id", None),
            "tenantId": getattr(record, "tenant_id", None),
        }
        for name, value in vars(record).items():
            if name not in _ORDINARY_ATTRIBUTES:
                document.setdefault(name, value)
        return _dumps({key: value for key, value in document.items() if value is not None}) + "\n"

    @staticmethod
    def _exception(record: logging.LogRecord) -> dict[str, Any]:
        if not record.exc_info or record.exc_info[0] is None:
            return {}
        kind, error, trace = record.exc_info
        return {
            "stackTrace": _format_trace(trace),
            "errorType": kind.__name__,
            "errorMessage": str(error),
            "location": f"{shown(record.pathname)}:{record.funcName}:{record.lineno}",
        }


class TextFormatter(logging.Formatter):
    """Tracebacks name files as AWS does."""

    def formatException(self, ei: Any) -> str:  # logging's own name
        text = super().formatException(ei)
        for line in set(_FILE_LINE.findall(text)):
            text = text.replace(f'File "{line}"', f'File "{shown(line)}"')
        return text


def _format_trace(trace: TracebackType | None) -> list[str]:
    from traceback import extract_tb, format_list  # only a record with an exception pays for it

    frames = extract_tb(trace)
    for frame in frames:
        frame.filename = shown(frame.filename)
    return format_list(frames)


def set_up(sink: LogSink, log_format: str, log_level: str) -> None:
    """Give the root logger its handler, and its level where one is configured."""
    logging.Formatter.converter = time.gmtime
    is_json = log_format == "JSON"
    handler = LambdaLoggerHandler(sink, JSON_FRAME if is_json else TEXT_FRAME)
    if is_json:
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(TextFormatter(TEXT_FORMAT, "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(InvocationFilter())
    root = logging.getLogger()
    root.addHandler(handler)
    level = "DEBUG" if log_level == "TRACE" else log_level
    if isinstance(logging.getLevelName(level), int):
        root.setLevel(level)
