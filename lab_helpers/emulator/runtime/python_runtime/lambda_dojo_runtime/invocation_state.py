"""Which invocation runs and where its records go: read by log records and by the context."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .log_sink import LogSink

request_id: str = ""
tenant_id: str | None = None
sink: LogSink | None = None
