"""One execution environment: INIT once, INVOKE many, SHUTDOWN.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from lab_helpers.clock import Clock
from lab_helpers.emulator.runtime.conclusions import Conclusion, conclude
from lab_helpers.emulator.runtime.invocation_report import Measured, tell_end
from lab_helpers.emulator.runtime.isolation import Isolation, KeptNamespaces
from lab_helpers.emulator.runtime.launcher import EnvironmentPlaces, Launcher, RuntimeVersion
from lab_helpers.emulator.runtime.network_doors import NetworkDoors
from lab_helpers.emulator.runtime.platform_events import (
    InitReport,
    InitStart,
    PlatformEventSink,
    RestoreReport,
    RestoreStart,
    Start,
)
from lab_helpers.emulator.runtime.reaper import Reaper
from lab_helpers.emulator.runtime.runtime_api import AnswerKind, RuntimeAnswer
from lab_helpers.emulator.runtime.sandbox import Sandbox
from lab_helpers.emulator.runtime.snapshots import Restore, Snapshots
from lab_helpers.emulator.runtime.spec import (
    EnvironmentSpec,
    InitializationType,
    Invocation,
    InvocationOutcome,
    InvocationStatus,
)
from lab_helpers.emulator.runtime.wait_results import Ended
from lab_helpers.emulator.runtime.warm_parent_pool import WarmParents

INIT_LIMIT_S = 10.0
AHEAD_INIT_LIMIT_S = 130.0
"""With provisioned concurrency and SnapStart: this or the function's time-out."""
SHUTDOWN_GRACE_S = 0.3
REFUSED_GRACE_S = 0.3
"""For a runtime to end after Lambda has refused its answer."""


class EnvironmentState(StrEnum):
    NEW = "new"
    INITIALIZING = "initializing"
    READY = "ready"
    INVOKING = "invoking"
    STOPPED = "stopped"  # no process; the next invocation begins with an INIT of its own
    SHUT_DOWN = "shut down"


class ExecutionEnvironment:
    """Runs one invocation at a time. Made by ``RuntimeHost.new_environment``."""

    def __init__(
        self,
        spec: EnvironmentSpec,
        sink: PlatformEventSink,
        *,
        clock: Clock,
        launcher: Launcher,
        reaper: Reaper,
        root_dir: Path,
        isolation: Isolation,
        limits_cpu: bool,
        snapshots: Snapshots,
        doors: NetworkDoors | None = None,
        parents: WarmParents | None = None,
    ) -> None:
        self.spec = spec
        self.state = EnvironmentState.NEW
        self._sink = sink
        self._clock = clock
        self._launcher = launcher
        self._root_dir = root_dir
        namespaces = KeptNamespaces() if isolation.is_on else None
        places = EnvironmentPlaces(
            root_dir / "tmp", root_dir / "home", root_dir / "root", namespaces, doors
        )
        self._sandbox = Sandbox(
            spec, sink, clock, launcher, reaper, places, limits_cpu=limits_cpu, parents=parents
        )
        self._unbilled_init_ms: float | None = None
        self._restored: Restore | None = None
        self._snapshots = snapshots

    @property
    def is_alive(self) -> bool:
        """False once shut down. True also after a time-out: the next invocation INITs again."""
        return self.state is not EnvironmentState.SHUT_DOWN

    @property
    def pid(self) -> int | None:
        """Of the runtime's process, None where none runs."""
        return self._sandbox.pid

    async def initialize(self) -> None:
        """The INIT phase. A failure is not raised: the first invocation tries again and tells it.

        Does nothing on an environment that has gone through it.
        """
        if self.state is not EnvironmentState.NEW:
            return
        self.state = EnvironmentState.INITIALIZING
        with self._abandoned_if_cancelled():
            await self._sandbox.open()
            version = await self._launcher.version(self.spec)
            if self.spec.initialization_type is InitializationType.SNAP_START:
                await self._restore(version)
                return
            self._sink(InitStart(self._clock.now(), version.name, version.arn, version.note))
            started = self._clock.monotonic()
            conclusion = await self._init_phase(None, self._init_limit_s, "init")
        if conclusion.fault is None and self.spec.initialization_type is _ON_DEMAND:
            self._unbilled_init_ms = (self._clock.monotonic() - started) * 1000

    @property
    def _init_limit_s(self) -> float:
        if self.spec.initialization_type is _ON_DEMAND:
            return INIT_LIMIT_S
        return max(AHEAD_INIT_LIMIT_S, float(self.spec.timeout_s))

    async def _restore(self, version: RuntimeVersion) -> None:
        """SnapStart. Nothing here can copy a process: INIT runs for each environment.

        The first of a version shows it as INIT, all show it as the restore of a snapshot.
        """
        is_first = self._snapshots.is_new(self.spec)
        started = self._clock.monotonic()
        if is_first:
            self._sink(InitStart(self._clock.now(), version.name, version.arn, version.note))
        else:
            self._sink(RestoreStart(self._clock.now(), version.name, version.arn))
        conclusion = await self._init_phase(None, self._init_limit_s, "init", quiet=not is_first)
        ready, began = self._clock.monotonic(), self._sandbox.restore_began
        if conclusion.fault is not None:
            return
        hooks_ms = 0.0 if began is None else (ready - began) * 1000
        if is_first:
            self._snapshots.take(self.spec)
            self._sink(RestoreStart(self._clock.now(), version.name, version.arn))
        restore_ms = hooks_ms if is_first else (ready - started) * 1000
        self._restored = Restore(round(restore_ms, 2), math.ceil(hooks_ms))
        now = self._clock.now()
        self._sink(RestoreReport(now, round(restore_ms, 2), InvocationStatus.SUCCESS))

    async def take_snapshot(self) -> bool:
        """SnapStart, when a version is published: its INIT. False where that fails.

        Shut the environment down then: invocations run in environments that are restored.
        """
        self.state = EnvironmentState.INITIALIZING
        with self._abandoned_if_cancelled():
            await self._sandbox.open()
            version = await self._launcher.version(self.spec)
            self._sink(InitStart(self._clock.now(), version.name, version.arn, version.note))
            self._sandbox.end_at_snapshot()
            conclusion = await self._init_phase(None, self._init_limit_s, "init")
        if conclusion.fault is None:
            self._snapshots.take(self.spec)
        return conclusion.fault is None

    async def invoke(self, invocation: Invocation) -> InvocationOutcome:
        """Run one event to its end; a failing function is an outcome, not an exception.

        Raises RuntimeError on an environment that is busy or shut down.
        """
        if self.state is EnvironmentState.NEW:
            await self.initialize()
        if self.state not in (EnvironmentState.READY, EnvironmentState.STOPPED):
            raise RuntimeError(f"an environment that is {self.state} cannot take an invocation")
        self.state = EnvironmentState.INVOKING
        with self._abandoned_if_cancelled():
            return await self._invoke_phase(invocation)

    async def shutdown(self) -> None:
        """Ask the processes to end, then end them, and remove ``/tmp``. May be called twice."""
        if self.state is EnvironmentState.SHUT_DOWN:
            return
        self.state = EnvironmentState.SHUT_DOWN
        await self._sandbox.close(SHUTDOWN_GRACE_S)
        await asyncio.to_thread(shutil.rmtree, self._root_dir, ignore_errors=True)

    async def _invoke_phase(self, invocation: Invocation) -> InvocationOutcome:
        started = self._clock.monotonic()
        deadline_ms = int((self._clock.now() + self.spec.timeout_s) * 1000)
        request_id = invocation.request_id
        init: Conclusion | None = None
        if not self._sandbox.is_running:
            init = await self._init_phase(request_id, self.spec.timeout_s, "invoke")
        self._sink(Start(self._clock.now(), request_id, self.spec.version))
        if init is not None and init.fault is not None:
            return self._finish(invocation, init, started)
        self._become(EnvironmentState.INVOKING)
        left = self.spec.timeout_s - (self._clock.monotonic() - started)
        self._sandbox.offer(invocation, deadline_ms)
        ended = await self._sandbox.wait(left)
        elapsed = self._clock.monotonic()
        await self._settle(ended)
        conclusion = conclude(ended, request_id, self.spec.timeout_s)
        return self._finish(invocation, conclusion, started, elapsed)

    @contextlib.contextmanager
    def _abandoned_if_cancelled(self) -> Iterator[None]:
        """Who cancels the wait leaves a process behind that nobody bounds: end it."""
        try:
            yield
        except asyncio.CancelledError:
            self._sandbox.abandon()
            self._become(EnvironmentState.STOPPED)
            raise

    async def _init_phase(
        self, request_id: str | None, limit_s: float, phase: str, *, quiet: bool = False
    ) -> Conclusion:
        """Start the runtime and wait until it asks for an event. ``quiet``: success is no news."""
        started = self._clock.monotonic()
        ended = await self._sandbox.start(limit_s, request_id)
        duration_ms = (self._clock.monotonic() - started) * 1000
        if ended is Ended.READY:
            self._become(EnvironmentState.READY)
            if self.spec.initialization_type is not _ON_DEMAND and phase == "init" and not quiet:
                now = self._clock.now()
                if self._sandbox.restore_began is not None:
                    duration_ms = (self._sandbox.restore_began - started) * 1000
                self._sink(InitReport(now, duration_ms, InvocationStatus.SUCCESS, phase))
            return Conclusion(InvocationStatus.SUCCESS)
        conclusion = conclude(ended, request_id or "", self.spec.timeout_s)
        await self._sandbox.stop()
        self._become(EnvironmentState.STOPPED)
        error_type = conclusion.error_type
        if conclusion.status is InvocationStatus.TIMEOUT:
            duration_ms, error_type = limit_s * 1000, None
        self._sink(InitReport(self._clock.now(), duration_ms, conclusion.status, phase, error_type))
        return conclusion

    async def _settle(self, ended: object) -> None:
        """After an answer the process waits for the next event; after anything else it ends.

        AWS's runtimes end when Lambda does not take their answer, and say so in the log.
        """
        answered = isinstance(ended, RuntimeAnswer)
        if isinstance(ended, RuntimeAnswer) and ended.kind is AnswerKind.TOO_LARGE:
            answered = not await self._sandbox.ends_itself(REFUSED_GRACE_S)
        if answered:
            await self._sandbox.drain()
            self._sandbox.freeze()
            self._become(EnvironmentState.READY)
        else:
            await self._sandbox.stop()
            self._become(EnvironmentState.STOPPED)

    def _become(self, state: EnvironmentState) -> None:
        if self.state is not EnvironmentState.SHUT_DOWN:
            self.state = state

    def _finish(
        self,
        invocation: Invocation,
        conclusion: Conclusion,
        started: float,
        elapsed: float | None = None,
    ) -> InvocationOutcome:
        ended = self._clock.monotonic() if elapsed is None else elapsed
        init_ms, self._unbilled_init_ms = self._unbilled_init_ms, None
        restored, self._restored = self._restored or Restore(), None
        measured = Measured(ended - started, init_ms, self._sandbox.peak_memory, restored)
        now = self._clock.now()
        outcome = tell_end(self._sink, now, self.spec, invocation, conclusion, measured)
        return replace(outcome, environment_reusable=self.is_alive)


_ON_DEMAND = InitializationType.ON_DEMAND
