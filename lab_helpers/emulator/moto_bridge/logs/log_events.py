"""CloudWatch Logs as Lambda writes to it: straight into moto's log groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from moto.logs.models import logs_backends

from lab_helpers.emulator.moto_bridge.changes import CHANGES


class CloudWatchLogs:
    """Creates a function's group and streams at the first line, and appends lines."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._append = CHANGES.repeatable("logs.append", self._appended)

    def has_group(self, region: str, group: str) -> bool:
        return group in logs_backends[self._account_id][region].groups

    def has_stream(self, region: str, group: str, stream: str) -> bool:
        found = logs_backends[self._account_id][region].groups.get(group)
        return found is not None and stream in found.streams

    def put(self, region: str, group: str, stream: str, lines: Sequence[tuple[int, str]]) -> None:
        """Append ``(milliseconds since the epoch, message)`` pairs."""
        if lines:
            self._append(region, group, stream, list(lines))

    def _appended(self, region: str, group: str, stream: str, lines: list[tuple[int, str]]) -> None:
        events: list[dict[str, Any]] = [
            {"timestamp": timestamp, "message": message} for timestamp, message in lines
        ]
        logs = logs_backends[self._account_id][region]
        if group not in logs.groups:
            logs.create_log_group(group, {})
        if stream not in logs.groups[group].streams:
            logs.create_log_stream(group, stream)
        logs.put_log_events(group, stream, events)
