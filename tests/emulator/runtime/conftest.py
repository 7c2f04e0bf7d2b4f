"""A workbench for functions: writes their code, runs them in a real execution environment."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from lab_helpers.emulator.runtime.environment import ExecutionEnvironment
from lab_helpers.emulator.runtime.forked_start import SWITCH
from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.interpreters import host_interpreter
from lab_helpers.emulator.runtime.isolation import Isolation
from lab_helpers.emulator.runtime.launcher import Launcher
from lab_helpers.emulator.runtime.platform_events import FunctionLog, PlatformEvent, Report
from lab_helpers.emulator.runtime.spec import (
    EnvironmentSpec,
    Invocation,
    InvocationOutcome,
    RoleCredentials,
)
from lab_helpers.emulator.runtime.warm_parent_pool import BOTO3

T = TypeVar("T")
FORKS = os.environ.get(SWITCH) == "1"
FORKED_AS_WELL = (
    "test_environment",
    "test_function_errors",
    "test_isolation",
    "test_strict_isolation",
)
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:demo"


class FastClock:
    """Time that runs ``speed`` times faster: a time-out of 3 s takes 3 / speed."""

    def __init__(self, speed: float = 10.0) -> None:
        self._speed = speed

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.perf_counter() * self._speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self._speed)


@dataclass
class Workbench:
    """Attributes: events, all that the environments of this test reported, in order.

    ``forks``: are functions forked? Most tests start them; ``LAMBDA_DOJO_FORK=1`` forks for all.
    ``isolation`` is what this machine allows unless a test sets it. The CPU is not limited unless
    a test wants it: most are not about time.
    """

    root: Path
    events: list[PlatformEvent] = field(default_factory=list)
    clock: Any = None
    launchers: Sequence[Launcher] | None = None
    isolation: Isolation | None = None
    limits_cpu: bool = False
    forks: bool = FORKS

    def write(self, source: str, name: str = "app.py", folder: str = "code") -> Path:
        """A file of the function (or, with ``folder``, of a layer); its folder."""
        path = self.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return self.root / folder

    def without_namespaces(self) -> None:
        """As on macOS, Windows, and where a system forbids them."""
        self.isolation = Isolation("none", "as a test wants it")

    def spec(self, handler: str = "app.handler", **changes: Any) -> EnvironmentSpec:
        settings: dict[str, Any] = {
            "function_name": "demo",
            "function_arn": FUNCTION_ARN,
            "version": "$LATEST",
            "handler": handler,
            "runtime": f"python3.{sys.version_info[1]}",
            "memory_size_mb": 128,
            "timeout_s": 20,
            "code_dir": self.root / "code",
            "log_group": "/aws/lambda/demo",
            "log_stream": "2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef",
            "region": "us-east-1",
            "credentials": RoleCredentials("ASIAEXAMPLE", "secret", "token"),
        }
        return EnvironmentSpec(**(settings | changes))

    def run(self, scenario: Callable[[RuntimeHost], Awaitable[T]]) -> T:
        """``scenario`` on a started host that is closed afterwards."""

        async def with_host() -> T:
            host = RuntimeHost(
                self.clock, self.launchers, self.isolation, self.limits_cpu, self.forks
            )
            await host.start()
            try:
                await self._wait_for_parents(host)
                return await asyncio.wait_for(scenario(host), 60)
            finally:
                await host.close()

        return asyncio.run(with_host())

    async def _wait_for_parents(self, host: RuntimeHost) -> None:
        """Else a first environment would be started while its parent starts."""
        if host.parents is not None:
            interpreter = host_interpreter().executable
            await host.parents.ready(interpreter)
            sources = self.root.glob("*/*.py")
            if any("import boto" in source.read_text("utf-8", "replace") for source in sources):
                await host.parents.ready(interpreter, BOTO3)

    def invoke(
        self, source: str, *events: object, handler: str = "app.handler", **changes: Any
    ) -> list[InvocationOutcome]:
        """Write ``source`` as ``app.py`` and send the events, one by one, to one environment."""
        self.write(source)
        spec = self.spec(handler, **changes)

        async def scenario(host: RuntimeHost) -> list[InvocationOutcome]:
            environment = host.new_environment(spec, self.events.append)
            await environment.initialize()
            return await invoke_all(environment, events)

        return self.run(scenario)

    def logs(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, FunctionLog)]

    def reports(self) -> list[Report]:
        return [event for event in self.events if isinstance(event, Report)]


async def invoke_all(
    environment: ExecutionEnvironment, events: Sequence[object]
) -> list[InvocationOutcome]:
    return [
        await environment.invoke(invocation(event, f"request-{number}"))
        for number, event in enumerate(events, 1)
    ]


def invocation(event: object, request_id: str = "request-1", **more: Any) -> Invocation:
    payload = event if isinstance(event, bytes) else json.dumps(event).encode()
    return Invocation(request_id, payload, FUNCTION_ARN, **more)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Some rooms' tests run both ways; ``LAMBDA_DOJO_FORK=1`` forks in all the others, too."""
    name = metafunc.module.__name__.rpartition(".")[2]
    if name in FORKED_AS_WELL and "start" in metafunc.fixturenames and sys.platform == "linux":
        forked = pytest.param("forked", marks=pytest.mark.slow)
        metafunc.parametrize("start", ["started", forked], indirect=True)


@pytest.fixture
def start(request: pytest.FixtureRequest) -> str:
    """How functions' processes come to be."""
    return str(getattr(request, "param", "forked" if FORKS else "started"))


@pytest.fixture
def bench(tmp_path: Path, start: str) -> Workbench:
    return Workbench(tmp_path, forks=start == "forked")


@pytest.fixture
def fast_bench(tmp_path: Path, start: str) -> Workbench:
    """The same with a clock that runs ten times faster."""
    return Workbench(tmp_path, clock=FastClock(), forks=start == "forked")
