"""Which invocation runs and where its records go: read by log records and by the context."""

from __future__ import annotations

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from .log_sink import LogSink

request_id: str = ""
tenant_id: str | None = None
sink: LogSink | None = None
