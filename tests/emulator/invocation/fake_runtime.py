"""A runtime without processes, and targets for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from lab_helpers.emulator.control_plane.records import (
    AsyncSettings,
    FunctionVersion,
    InvokeTarget,
)
from lab_helpers.emulator.invocation.environments import EnvironmentPool
from lab_helpers.emulator.invocation.log_stream import LogStream
from lab_helpers.emulator.runtime.platform_events import PlatformEventSink
from lab_helpers.emulator.runtime.spec import (
    EnvironmentSpec,
    Invocation,
    InvocationOutcome,
    InvocationStatus,
    RoleCredentials,
)
from tests.fakes import FakeClock

REGION, ACCOUNT = "us-east-1", "123456789012"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"

Behaviour = Callable[[Invocation], InvocationOutcome]


def outcome(error: str | None = None, *, reusable: bool = True) -> InvocationOutcome:
    return InvocationOutcome(
        InvocationStatus.ERROR if error else InvocationStatus.SUCCESS,
        b"{}",
        "Unhandled" if error else None,
        error,
        1.0,
        1,
        30,
        environment_reusable=reusable,
    )


def target(
    name: str = "f",
    version: str = "$LATEST",
    reserved: int | None = None,
    settings: AsyncSettings = AsyncSettings(),
) -> InvokeTarget:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    record = FunctionVersion(
        name, version, "role", "m.h", "python3.13", "sha", 1, "now", "revision"
    )
    return InvokeTarget(record, None, arn, arn, REGION, ACCOUNT, reserved, settings)


class FakeEnvironment:
    """Answers at once, or when ``gate`` is opened."""

    def __init__(self, runtime: FakeRuntime) -> None:
        self._runtime = runtime
        self.is_alive = True
        self.initialized = False

    async def initialize(self) -> None:
        self.initialized = True

    async def take_snapshot(self) -> bool:
        return True

    async def invoke(self, invocation: Invocation) -> InvocationOutcome:
        self._runtime.invocations.append(invocation)
        await self._runtime.gate.wait()
        return self._runtime.behaviour(invocation)

    async def shutdown(self) -> None:
        self.is_alive = False
        self._runtime.ended += 1


class FakeRuntime:
    def __init__(self, behaviour: Behaviour = lambda _invocation: outcome()) -> None:
        self.behaviour = behaviour
        self.gate = asyncio.Event()
        self.gate.set()
        self.started: list[FakeEnvironment] = []
        self.ended = 0
        self.invocations: list[Invocation] = []

    def new_environment(self, spec: EnvironmentSpec, sink: PlatformEventSink) -> FakeEnvironment:
        self.started.append(FakeEnvironment(self))
        return self.started[-1]


class NoLogs:
    def put(self, region: str, group: str, stream: str, lines: object) -> None:
        """Nobody reads these."""


def pool(runtime: FakeRuntime, clock: FakeClock, maximum: int = 64) -> EnvironmentPool:
    def spec_of(chosen: InvokeTarget, stream: str) -> EnvironmentSpec:
        return EnvironmentSpec(
            chosen.version.function_name,
            chosen.function_arn,
            chosen.version.version,
            "m.h",
            "python3.13",
            128,
            3,
            Path(),
            "/aws/lambda/f",
            stream,
            REGION,
            RoleCredentials("ASIA", "secret", "token"),
        )

    def log_of(spec: EnvironmentSpec) -> LogStream:
        return LogStream(NoLogs(), REGION, spec.log_group, spec.log_stream, "Text", lambda *_: None)

    return EnvironmentPool(runtime, spec_of, log_of, clock, max_environments=maximum)
