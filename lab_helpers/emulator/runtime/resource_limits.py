"""What an environment's process may use while it runs: time, memory, and its share of the CPU."""

from __future__ import annotations

import asyncio

from lab_helpers.clock import Clock
from lab_helpers.emulator.runtime.cpu_share import CpuGovernor, share_of
from lab_helpers.emulator.runtime.function_process import FunctionProcess
from lab_helpers.emulator.runtime.memory import memory_use
from lab_helpers.emulator.runtime.spec import EnvironmentSpec
from lab_helpers.emulator.runtime.wait_results import Ended, ProcessExit, WaitResult

MEMORY_CHECK_S = 0.02
MEGABYTE = 1024 * 1024


class ResourceLimits:
    """Of one environment.

    Attributes:
        peak_memory: in bytes, of the present process.
        has_background_work: when last looked at, it had threads or children.
    """

    def __init__(self, spec: EnvironmentSpec, clock: Clock, *, limits_cpu: bool) -> None:
        self.peak_memory = 0
        self.has_background_work = False
        self._spec = spec
        self._clock = clock
        self._limits_cpu = limits_cpu
        self._process: FunctionProcess | None = None
        self._descendants: tuple[int, ...] = ()
        self._governor = CpuGovernor(
            share_of(spec.memory_size_mb), self._hold, self._release, lambda: self._descendants
        )

    def apply_to(self, process: FunctionProcess | None) -> None:
        """From now on this one is looked at; nothing of the last one's counts."""
        self._process = process
        self.peak_memory = 0
        self._descendants = ()

    def govern(self) -> None:
        """Hold the process to its share of the CPU until ``watch`` returns.

        An on-demand INIT has a whole vCPU: only what comes after it is held back.
        https://serverlessland.com/content/service/lambda/guides/effectively-running-java-on-serverless/init-heavy-lifting
        """
        if self._limits_cpu and self._process is not None:
            self._governor.start(self._process.runtime_pid)

    async def watch(self, verdict: asyncio.Future[WaitResult], limit_s: float) -> WaitResult:
        """Wait for the verdict, or give it where time or memory is used up."""
        end = self._clock.monotonic() + limit_s
        guards: list[asyncio.Task[None]] = []

        def begin() -> None:
            guards.append(asyncio.create_task(self._enforce(verdict, end)))

        # Most invocations are over before the first look at their memory: a timer costs less
        # than a task.
        first_look = asyncio.get_running_loop().call_later(min(limit_s, MEMORY_CHECK_S), begin)
        try:
            ended = await verdict
        finally:
            first_look.cancel()
            for guard in guards:
                guard.cancel()
            self._governor.stop()
        if not isinstance(ended, (ProcessExit, Ended)) and self._is_over_memory():
            return Ended.OUT_OF_MEMORY
        return ended

    async def _enforce(self, verdict: asyncio.Future[WaitResult], end: float) -> None:
        while (left := end - self._clock.monotonic()) > 0:
            if self._is_over_memory():
                _give(verdict, Ended.OUT_OF_MEMORY)
                return
            await self._clock.sleep(min(left, MEMORY_CHECK_S))
        _give(verdict, Ended.TIMED_OUT)

    def _is_over_memory(self) -> bool:
        if self._process is None or self._process.return_code is not None:
            return False
        use = memory_use(self._process.runtime_pid)
        self.has_background_work = use.has_background_work
        self._descendants = use.descendants
        self.peak_memory = max(self.peak_memory, use.peak)
        return self.peak_memory > self._spec.memory_size_mb * MEGABYTE

    def _hold(self) -> None:
        if self._process is not None:
            self._process.freeze()

    def _release(self) -> None:
        if self._process is not None:
            self._process.thaw()


def _give(verdict: asyncio.Future[WaitResult], ended: Ended) -> None:
    if not verdict.done():
        verdict.set_result(ended)
