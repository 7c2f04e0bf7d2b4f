"""What an execution environment consists of: process, Runtime API, output pipe, limits.

Starts and ends the process and tells how each wait for it ended; what that means to the caller is
``environment``'s part.
"""

from __future__ import annotations

import asyncio
import errno
import socket

from lab_helpers.clock import Clock
from lab_helpers.emulator.runtime.function_process import FunctionProcess
from lab_helpers.emulator.runtime.launcher import (
    CannotLaunch,
    Command,
    EnvironmentPlaces,
    Launcher,
)
from lab_helpers.emulator.runtime.log_collector import LogCollector
from lab_helpers.emulator.runtime.output_pipe import OutputPipe, open_output_pipe
from lab_helpers.emulator.runtime.peer_process import Peer, peer_of
from lab_helpers.emulator.runtime.platform_events import PlatformEventSink
from lab_helpers.emulator.runtime.reaper import Reaper
from lab_helpers.emulator.runtime.resource_limits import ResourceLimits
from lab_helpers.emulator.runtime.runtime_api import RuntimeApi
from lab_helpers.emulator.runtime.runtime_api_http import RuntimeApiServer
from lab_helpers.emulator.runtime.spec import EnvironmentSpec, InitializationType, Invocation
from lab_helpers.emulator.runtime.started_process import (
    ProgramProcess,
    StartedProcess,
    why_not_started,
)
from lab_helpers.emulator.runtime.wait_results import (
    Ended,
    LaunchFailed,
    ProcessExit,
    WaitResult,
)
from lab_helpers.emulator.runtime.warm_parent_pool import WarmParents


class Sandbox:
    """One environment's process and what belongs to it.

    Attributes:
        restore_began: by the clock's ``monotonic``, when a runtime with SnapStart ended its INIT.
    """

    def __init__(
        self,
        spec: EnvironmentSpec,
        sink: PlatformEventSink,
        clock: Clock,
        launcher: Launcher,
        reaper: Reaper,
        places: EnvironmentPlaces,
        *,
        limits_cpu: bool = False,
        parents: WarmParents | None = None,
    ) -> None:
        self.restore_began: float | None = None
        self._spec = spec
        self._clock = clock
        self._launcher = launcher
        self._reaper = reaper
        self._places = places
        self._parents = parents
        self._logs = LogCollector(sink, clock)
        self._api = RuntimeApi()
        self._server = RuntimeApiServer(
            self._api,
            self._keep_namespaces,
            peer_of=self._peer_of,
            is_inside=places.doors is not None,
        )
        self._process: FunctionProcess | None = None
        self._pipe: OutputPipe | None = None
        self._verdict: asyncio.Future[WaitResult] | None = None
        self._closed = False
        self._limits = ResourceLimits(spec, clock, limits_cpu=limits_cpu)
        self._api.on_ready = lambda: self._conclude(Ended.READY)
        self._api.on_answer = self._conclude
        self._api.on_init_error = self._conclude
        self._api.on_restore = self._note_restore

    @property
    def is_running(self) -> bool:
        process = self._process
        return process is not None and process.return_code is None and not process.is_ending

    @property
    def pid(self) -> int | None:
        return self._process.pid if self.is_running and self._process else None

    @property
    def peak_memory(self) -> int:
        """In bytes, of the present process."""
        return self._limits.peak_memory

    async def open(self) -> None:
        """Once, before the first ``start``."""
        await self._server.start()
        if self._places.doors is not None:
            self._places.doors.lead(self._server.port, self._server.serve_at)
        if self._closed:
            await self._server.close()

    async def start(self, limit_s: float, request_id: str | None) -> WaitResult:
        """Start a process and wait until it is ready, or what came instead."""
        await self.stop()
        self.restore_began = None
        self._limits.apply_to(None)
        self._api.reset()
        address = self._server.address
        self._expect_network()
        try:
            command = await self._launcher.command(self._spec, address, self._places)
        except CannotLaunch as error:
            return LaunchFailed(str(error))
        if self._closed:
            return LaunchFailed("the execution environment is shut down")
        self._logs.begin(request_id)
        self._pipe = pipe = open_output_pipe(self._logs.consume)
        verdict = self._expect()
        try:
            started = await self._new_process(command, pipe)
        except (OSError, ValueError) as error:  # ValueError: a NUL byte in a variable
            pipe.close()
            self._pipe = None
            return LaunchFailed(why_not_started(command, self._spec.code_dir, error))
        if self._places.doors is not None:
            self._places.doors.child_started()
        self._process = FunctionProcess(
            started, address, self._reaper, self._exited, command.processes_before
        )
        self._limits.apply_to(self._process)
        if self._pipe is not pipe:  # stopped while the process was being forked
            pipe.close()
            await self._process.kill()
            return LaunchFailed("the execution environment is shut down")
        pipe.start()
        if self._spec.initialization_type is InitializationType.PROVISIONED_CONCURRENCY:
            self._limits.govern()
        ended = await self._limits.watch(verdict, limit_s)
        await self.drain()
        return ended

    async def _new_process(self, command: Command, pipe: OutputPipe) -> StartedProcess:
        """Forked where that can be. Raises OSError, ValueError."""
        parents = self._parents
        self._places.make(is_forked=True)
        forked = None if parents is None else await parents.fork(command, pipe.write_fd)
        if forked is None and self._pipe is not pipe:
            raise OSError(errno.ECANCELED, "Shut down")
        if forked is None:
            self._places.make(is_forked=False)
            return ProgramProcess(command, pipe.write_fd)
        return forked

    def offer(self, invocation: Invocation, deadline_ms: int) -> None:
        """Thaw the process and give it an event. Call ``wait`` next."""
        self._logs.begin(invocation.request_id)
        verdict = self._expect()
        if self._process is not None and self._process.return_code is not None:
            verdict.set_result(ProcessExit(self._process.return_code))
            return
        if self._process is not None:
            self._process.thaw()
        self._api.offer(invocation, deadline_ms)
        self._limits.govern()

    async def wait(self, limit_s: float) -> WaitResult:
        assert self._verdict is not None
        ended = await self._limits.watch(self._verdict, limit_s)
        self._api.withdraw()
        return ended

    def freeze(self) -> None:
        """Between invocations nothing of the function runs: threads and children wait.

        A process without them waits for its next event anyhow and is spared the signals.
        """
        if self._process is not None and self._limits.has_background_work:
            self._process.freeze()

    async def drain(self) -> None:
        """Report all that was written so far."""
        if self._pipe is not None:
            await self._pipe.drain()
        self._logs.end()

    async def stop(self) -> None:
        """End the process at once; what it wrote is still reported."""
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if process is not None:
            await process.kill()
        if pipe is not None:
            await pipe.drain()
            self._logs.end()
            pipe.close()
        self._server.drop_connections()

    async def ends_itself(self, within_s: float) -> bool:
        """Whether the process comes to its end without being told to."""
        process = self._process
        if process is not None and process.return_code is None:
            waiting = asyncio.ensure_future(process.exited.wait())
            await asyncio.wait([waiting], timeout=within_s)
            waiting.cancel()
        return process is None or process.return_code is not None

    def abandon(self) -> None:
        """End the process without waiting; ``start`` or ``close`` does the rest."""
        if self._process is not None:
            self._process.kill_now()

    async def close(self, grace_s: float) -> None:
        """SIGTERM, ``grace_s`` later SIGKILL, then everything is closed."""
        self._closed = True
        process = self._process
        if process is not None and process.return_code is None:
            process.terminate()
            waiting = asyncio.ensure_future(process.exited.wait())
            await asyncio.wait([waiting], timeout=grace_s)
            waiting.cancel()
        await self.stop()
        await self._server.close()
        if self._places.doors is not None:
            self._places.doors.close()
        if self._places.namespaces is not None:
            await asyncio.to_thread(self._places.namespaces.release)  # the system takes its time

    def _expect_network(self) -> None:
        """A process that does not join an earlier one's network makes a new one."""
        places = self._places
        if places.doors is not None and places.namespaces is not None and not places.namespaces.fds:
            places.doors.expect()

    def _note_restore(self) -> None:
        self.restore_began = self._clock.monotonic()
        if self._api.ends_at_snapshot:
            self._conclude(Ended.READY)

    def end_at_snapshot(self) -> None:
        """Before ``start``: the process goes as far as its snapshot, and is not restored."""
        self._api.ends_at_snapshot = True

    def _peer_of(self, connection: socket.socket) -> Peer:
        return Peer.OTHER if self._process is None else peer_of(connection, self._process.pid)

    def _keep_namespaces(self) -> None:
        """A runtime that calls us is inside; whatever becomes of it, its ``/tmp`` stays."""
        if self._places.namespaces is not None and self._process is not None:
            self._places.namespaces.keep(self._process.pid)

    def _expect(self) -> asyncio.Future[WaitResult]:
        self._verdict = asyncio.get_running_loop().create_future()
        return self._verdict

    def _conclude(self, result: WaitResult) -> None:
        if self._verdict is not None and not self._verdict.done():
            self._verdict.set_result(result)

    def _exited(self, return_code: int) -> None:
        self._conclude(ProcessExit(return_code))
