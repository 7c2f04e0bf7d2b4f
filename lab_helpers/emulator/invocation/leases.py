"""An execution environment while the pool holds it, and what the pool needs of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lab_helpers.emulator.control_plane.records import InvokeTarget
from lab_helpers.emulator.invocation.log_stream import LogStream
from lab_helpers.emulator.runtime.platform_events import PlatformEventSink
from lab_helpers.emulator.runtime.spec import EnvironmentSpec, Invocation, InvocationOutcome


class Environment(Protocol):
    """What the runtime room offers."""

    @property
    def is_alive(self) -> bool: ...

    async def initialize(self) -> None: ...

    async def take_snapshot(self) -> bool: ...

    async def invoke(self, invocation: Invocation) -> InvocationOutcome: ...

    async def shutdown(self) -> None: ...


class EnvironmentStarter(Protocol):
    """The runtime host."""

    def new_environment(self, spec: EnvironmentSpec, sink: PlatformEventSink) -> Environment: ...


@dataclass
class Lease:
    """An environment while it belongs to one invocation, or waits for the next.

    Attributes:
        changed_at: LastModified of the configuration that it was started with.
        provisioned_for: the version or alias whose provisioned concurrency it belongs to; empty
            where it was started on demand.
    """

    key: tuple[str, str]
    generation: int
    changed_at: str
    environment: Environment
    log: LogStream
    idle_since: float = 0.0
    initialized: bool = False
    provisioned_for: str = ""

    @property
    def provisioned(self) -> bool:
        return self.provisioned_for != ""

    def serves(self, target: InvokeTarget) -> bool:
        """What is provisioned for an alias serves only invocations through that alias.

        https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
        """
        mine = ("", target.version.version, target.qualifier)
        return self.changed_at == target.version.last_modified and self.provisioned_for in mine
