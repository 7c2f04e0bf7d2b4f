"""One execution environment: INIT once, INVOKE many, SHUTDOWN.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lab_helpers.clock import Clock
from lab_helpers.emulator.runtime import billing, faults
from lab_helpers.emulator.runtime.faults import Fault
from lab_helpers.emulator.runtime.isolation import Isolation, KeptNamespaces
from lab_helpers.emulator.runtime.launcher import EnvironmentPlaces, Launcher, RuntimeVersion
from lab_helpers.emulator.runtime.network_doors import NetworkDoors
from lab_helpers.emulator.runtime.platform_events import (
    InitReport,
    InitStart,
    PlatformEventSink,
    Report,
    RestoreReport,
    RestoreStart,
    RuntimeDone,
    Start,
)
from lab_helpers.emulator.runtime.reaper import Reaper
from lab_helpers.emulator.runtime.runtime_api import AnswerKind, RuntimeAnswer
from lab_helpers.emulator.runtime.sandbox import Ended, LaunchFailed, ProcessExit, Sandbox
from lab_helpers.emulator.runtime.snapshots import Restore, Snapshots
from lab_helpers.emulator.runtime.spec import (
    EnvironmentSpec,
    InitializationType,
    Invocation,
    InvocationOutcome,
    InvocationStatus,
)

INIT_LIMIT_S = 10.0
AHEAD_INIT_LIMIT_S = 130.0
"""With provisioned concurrency and SnapStart: this or the function's time-out."""
SHUTDOWN_GRACE_S = 0.3
MEGABYTE = 1024 * 1024


class EnvironmentState(StrEnum):
    NEW = "new"
    INITIALIZING = "initializing"
    READY = "ready"
    INVOKING = "invoking"
    STOPPED = "stopped"  # no process; the next invocation begins with an INIT of its own
    SHUT_DOWN = "shut down"


@dataclass(frozen=True)
class _Conclusion:
    """How a phase ended; ``fault`` is None where it succeeded."""

    status: InvocationStatus
    fault: Fault | None = None
    result: bytes = b""


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
        self._sandbox = Sandbox(spec, sink, clock, launcher, reaper, places, limits_cpu=limits_cpu)
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
        shutil.rmtree(self._root_dir, ignore_errors=True)

    async def _invoke_phase(self, invocation: Invocation) -> InvocationOutcome:
        started = self._clock.monotonic()
        deadline_ms = int((self._clock.now() + self.spec.timeout_s) * 1000)
        request_id = invocation.request_id
        init: _Conclusion | None = None
        if not self._sandbox.is_running:
            init = await self._init_phase(request_id, self.spec.timeout_s, "invoke")
        self._sink(Start(self._clock.now(), request_id, self.spec.version))
        if init is not None and init.fault is not None:
            return self._finish(request_id, init, started)
        self._become(EnvironmentState.INVOKING)
        left = self.spec.timeout_s - (self._clock.monotonic() - started)
        self._sandbox.offer(invocation, deadline_ms)
        ended = await self._sandbox.wait(left)
        elapsed = self._clock.monotonic()
        await self._settle(ended)
        return self._finish(request_id, self._conclude(ended, request_id), started, elapsed)

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
    ) -> _Conclusion:
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
            return _Conclusion(InvocationStatus.SUCCESS)
        conclusion = self._conclude(ended, request_id or "")
        await self._sandbox.stop()
        self._become(EnvironmentState.STOPPED)
        error_type = conclusion.fault.error_type if conclusion.fault else None
        if conclusion.status is InvocationStatus.TIMEOUT:
            duration_ms, error_type = limit_s * 1000, None
        self._sink(InitReport(self._clock.now(), duration_ms, conclusion.status, phase, error_type))
        return conclusion

    def _conclude(self, ended: object, request_id: str) -> _Conclusion:
        """What the end of a phase means to the caller."""
        error = InvocationStatus.ERROR
        if isinstance(ended, RuntimeAnswer):
            if ended.kind is AnswerKind.RESPONSE:
                return _Conclusion(InvocationStatus.SUCCESS, result=ended.body)
            if ended.kind is AnswerKind.TOO_LARGE:
                return _Conclusion(error, faults.response_too_large())
            return _Conclusion(error, Fault(ended.error_type or "Runtime.Unknown", ended.body))
        if isinstance(ended, ProcessExit):
            return _Conclusion(error, faults.exited(ended.return_code, request_id))
        if isinstance(ended, LaunchFailed):
            fault = faults.sandbox_fault(faults.INVALID_ENTRYPOINT, ended.reason, request_id)
            return _Conclusion(error, fault)
        if ended is Ended.OUT_OF_MEMORY:
            return _Conclusion(error, faults.out_of_memory(request_id))
        fault = faults.timed_out(self.spec.timeout_s, request_id)
        return _Conclusion(InvocationStatus.TIMEOUT, fault)

    async def _settle(self, ended: object) -> None:
        """After an answer the process waits for the next event; after anything else it ends."""
        if isinstance(ended, RuntimeAnswer):
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
        request_id: str,
        conclusion: _Conclusion,
        started: float,
        elapsed: float | None = None,
    ) -> InvocationOutcome:
        ended = self._clock.monotonic() if elapsed is None else elapsed
        duration_ms = self._duration_ms(conclusion, ended - started)
        init_ms, self._unbilled_init_ms = self._unbilled_init_ms, None
        init_ms = None if init_ms is None else round(init_ms, 2)
        restored, self._restored = self._restored or Restore(), None
        billed_ms = billing.billed_duration_ms(duration_ms, restored.billed_ms or init_ms)
        fault = conclusion.fault
        error_type = fault.error_type if fault else None
        memory_mb, now = self._max_memory_used_mb(error_type), self._clock.now()
        self._sink(RuntimeDone(now, request_id, conclusion.status, error_type))
        self._sink(
            Report(
                now,
                request_id,
                conclusion.status,
                duration_ms,
                billed_ms,
                self.spec.memory_size_mb,
                memory_mb,
                init_ms,
                error_type,
                restored.duration_ms,
                restored.billed_ms,
            )
        )
        return InvocationOutcome(
            status=conclusion.status,
            payload=conclusion.result if fault is None else fault.payload,
            function_error=None if fault is None else "Unhandled",
            error_type=error_type,
            duration_ms=duration_ms,
            billed_duration_ms=billed_ms,
            max_memory_used_mb=memory_mb,
            init_duration_ms=init_ms,
            environment_reusable=self.is_alive,
        )

    def _duration_ms(self, conclusion: _Conclusion, taken_s: float) -> float:
        """Of the INVOKE phase; one that timed out lasted its time-out, not a moment longer."""
        timed_out = conclusion.status is InvocationStatus.TIMEOUT
        return round(self.spec.timeout_s * 1000.0 if timed_out else taken_s * 1000, 2)

    def _max_memory_used_mb(self, error_type: str | None) -> int:
        size = self.spec.memory_size_mb
        if error_type == faults.OUT_OF_MEMORY:
            return size
        return min(size, -(-self._sandbox.peak_memory // MEGABYTE))


_ON_DEMAND = InitializationType.ON_DEMAND
