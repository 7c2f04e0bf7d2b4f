"""Where execution environments come from: everything they share, started and closed once."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from lab_helpers.clock import Clock, SystemClock
from lab_helpers.emulator.runtime.cpu_share import can_limit_cpu
from lab_helpers.emulator.runtime.environment import ExecutionEnvironment
from lab_helpers.emulator.runtime.forked_start import can_fork
from lab_helpers.emulator.runtime.interpreters import host_interpreter
from lab_helpers.emulator.runtime.isolation import (
    STRICT,
    SWITCH,
    Isolation,
    find_isolation,
)
from lab_helpers.emulator.runtime.launcher import Launcher
from lab_helpers.emulator.runtime.network_doors import NetworkDoors, ServeAt
from lab_helpers.emulator.runtime.other_launchers import NodeLauncher, ProvidedLauncher
from lab_helpers.emulator.runtime.platform_events import PlatformEventSink
from lab_helpers.emulator.runtime.python_launcher import PythonLauncher
from lab_helpers.emulator.runtime.reaper import Reaper
from lab_helpers.emulator.runtime.root_folder import make_root_folder
from lab_helpers.emulator.runtime.snapshots import Snapshots
from lab_helpers.emulator.runtime.spec import EnvironmentSpec
from lab_helpers.emulator.runtime.warm_parent_pool import WarmParents
from lab_helpers.errors import DojoError


class UnsupportedRuntime(DojoError):
    """The function's runtime is one that this machine cannot run."""


class RuntimeHost:
    """Lives on one event loop, between ``start`` and ``close``.

    Args:
        clock: real time; time-outs are the function's own and are not scaled.
        launchers: one per kind of runtime; the first that runs a runtime is taken.
        isolation: how far functions are kept apart; None: as far as this machine allows.
        limits_cpu: does an invocation's CPU share follow its memory? None: where it can.
        forks: are functions forked from a warm parent? None: where they can be.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        launchers: Sequence[Launcher] | None = None,
        isolation: Isolation | None = None,
        limits_cpu: bool | None = None,
        forks: bool | None = None,
    ) -> None:
        self.limits_cpu = can_limit_cpu() if limits_cpu is None else limits_cpu
        self._isolation = isolation
        self._clock = clock or SystemClock()
        every: list[Launcher] = [PythonLauncher(), ProvidedLauncher(), NodeLauncher()]
        self._launchers = every if launchers is None else list(launchers)
        self._snapshots = Snapshots()
        self._environments: list[ExecutionEnvironment] = []
        self._numbers = itertools.count(1)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._root_dir: Path | None = None
        self._reaper: Reaper | None = None
        self._forks = can_fork() if forks is None else forks
        self.parents: WarmParents | None = None
        """What Python functions are forked from; None where they are not."""
        self.serve_cloud_at: ServeAt | None = None
        """How functions with a network of their own reach the cloud; None: they do not."""

    @property
    def guard_pid(self) -> int | None:
        """Of the process that ends the functions should this one be killed."""
        return None if self._reaper is None else self._reaper.guard_pid

    async def start(self) -> None:
        """Raises DojoError where strict isolation is asked for and cannot be had."""
        self._loop = asyncio.get_running_loop()
        self._root_dir = make_root_folder()
        self._reaper = Reaper(self._root_dir)
        self._reaper.start()
        await asyncio.gather(
            self._find_isolation(), *(launcher.prepare() for launcher in self._launchers)
        )
        if self.isolation.falls_short:
            await self.close()
            raise DojoError(
                "Functions cannot be kept apart as strictly as asked for.",
                why=f"{SWITCH}={STRICT} is set, and {self.isolation.reason}.",
                now="docs/security.md says what each system needs. Without strict isolation, run "
                f"only code that you trust: unset {SWITCH}.",
            )
        if self._forks:
            self.parents = WarmParents(self._reaper, self._root_dir, self.isolation)

    async def close(self) -> None:
        """Shut every environment down; nothing stays running."""
        environments, self._environments = self._environments, []
        await asyncio.gather(*(environment.shutdown() for environment in environments))
        if self.parents is not None:
            await self.parents.close()
            self.parents = None
        if self._reaper is not None:
            await self._reaper.close()
            self._reaper = None
        if self._root_dir is not None:
            shutil.rmtree(self._root_dir, ignore_errors=True)
            self._root_dir = None

    @property
    def isolation(self) -> Isolation:
        """How far functions are kept apart from this machine. Known after ``start``."""
        return self._isolation or Isolation("none", "the runtime host is not started")

    async def _find_isolation(self) -> None:
        assert self._root_dir is not None
        if self._isolation is None:
            scratch = self._root_dir / "probe"
            scratch.mkdir()
            self._isolation = await asyncio.to_thread(find_isolation, scratch)

    def runs(self, runtime: str) -> bool:
        """Can this machine run functions of ``runtime``?"""
        return any(launcher.runs(runtime) for launcher in self._launchers)

    def why_not(self, runtime: str) -> str:
        """Why ``runs`` is False and what to do; empty where it is True.

        Who asks is about to have such a function: what it is forked from is started meanwhile.
        """
        if self.runs(runtime):
            self._expect(runtime)
            return ""
        reasons = (launcher.why_not(runtime) for launcher in self._launchers)
        return next((reason for reason in reasons if reason), "") or _NO_LAUNCHER

    def _expect(self, runtime: str) -> None:
        """Callable from any thread."""
        if self.parents is not None and self._loop is not None and runtime.startswith("python3."):
            expect, interpreter = self.parents.expect, host_interpreter().executable
            self._loop.call_soon_threadsafe(expect, interpreter)

    def new_environment(
        self, spec: EnvironmentSpec, sink: PlatformEventSink
    ) -> ExecutionEnvironment:
        """Nothing runs yet: ``initialize`` or the first ``invoke`` starts the runtime.

        ``sink`` is called on the event loop, in order, and must not block.
        Raises UnsupportedRuntime; RuntimeError before ``start``.
        """
        if self._reaper is None or self._root_dir is None:
            raise RuntimeError("the runtime host is not started")
        environment = ExecutionEnvironment(
            spec,
            sink,
            clock=self._clock,
            launcher=self._launcher_of(spec.runtime),
            reaper=self._reaper,
            root_dir=self._root_dir / str(next(self._numbers)),
            isolation=self.isolation,
            limits_cpu=self.limits_cpu,
            snapshots=self._snapshots,
            doors=self._new_doors(spec),
            parents=self.parents,
        )
        self._environments = [each for each in self._environments if each.is_alive]
        self._environments.append(environment)
        return environment

    def _new_doors(self, spec: EnvironmentSpec) -> NetworkDoors | None:
        if not self.isolation.is_strict:
            return None
        doors = NetworkDoors()
        port = urlsplit(spec.endpoint_url or "").port
        if port is not None and self.serve_cloud_at is not None:
            doors.lead(port, self.serve_cloud_at)
        return doors

    def _launcher_of(self, runtime: str) -> Launcher:
        for launcher in self._launchers:
            if launcher.runs(runtime):
                return launcher
        raise UnsupportedRuntime(
            f"The runtime {runtime} cannot run in the embedded cloud.",
            why=self.why_not(runtime),
            now="Create the function with Runtime='python3.13', or use another backend.",
        )


_NO_LAUNCHER = (
    "The embedded cloud runs Python (python3.x), Node.js (nodejs*) and OS-only runtimes "
    "(provided.al2023). Use another backend for this one."
)
