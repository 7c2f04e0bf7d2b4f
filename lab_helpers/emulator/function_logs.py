"""Where an environment's output goes: CloudWatch Logs, if its role may, and the journal."""

from __future__ import annotations

from lab_helpers.emulator.denials import Denials
from lab_helpers.emulator.invocation.log_stream import LogStream
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.moto_bridge.logs.log_events import CloudWatchLogs
from lab_helpers.emulator.permissions import Permissions, RoleLogs
from lab_helpers.emulator.runtime.platform_events import PlatformEvent
from lab_helpers.emulator.runtime.spec import EnvironmentSpec


class FunctionLogs:
    """The log streams of one account's functions."""

    def __init__(
        self, account_id: str, permissions: Permissions, denials: Denials, journal: Journal
    ) -> None:
        self._account_id = account_id
        self._logs = CloudWatchLogs(account_id)
        self._permissions = permissions
        self._denials = denials
        self._journal = journal

    def stream_of(self, spec: EnvironmentSpec) -> LogStream:
        """The log stream of one environment."""
        logs = RoleLogs(
            self._logs,
            self._permissions,
            self._denials,
            self._account_id,
            spec.credentials.access_key_id,
        )
        return LogStream(
            logs,
            spec.region,
            spec.log_group,
            spec.log_stream,
            spec.log_format,
            self._noted,
            spec.system_log_level,
        )

    def _noted(self, log_stream: str, event: PlatformEvent) -> None:
        facts = {name: value for name, value in vars(event).items() if name != "request_id"}
        self._journal.append(
            f"platform.{type(event).__name__}",
            getattr(event, "request_id", ""),
            log_stream=log_stream,
            **facts,
        )
