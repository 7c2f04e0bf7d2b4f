"""The environments of all functions: reuse a warm one, start a cold one, let idle ones go."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from lab_helpers.clock import Clock
from lab_helpers.emulator.control_plane.records import InvokeTarget
from lab_helpers.emulator.invocation.leases import EnvironmentStarter, Lease
from lab_helpers.emulator.invocation.log_stream import LogStream
from lab_helpers.emulator.runtime.spec import EnvironmentSpec, InitializationType

IDLE_S = 600.0
"""AWS does not say when an idle environment ends; some minutes is what people see."""
SWEEP_S = 30.0
MAX_ENVIRONMENTS = 64
"""Processes on one laptop, whatever the account's concurrency: more wait their turn."""


SpecOf = Callable[[InvokeTarget, str], EnvironmentSpec]
"""(target, log stream) → what an on-demand environment is told."""
LogOf = Callable[[EnvironmentSpec], LogStream]


class EnvironmentPool:
    """All environments of one cloud. Belongs to the event loop: no locks."""

    def __init__(
        self,
        starter: EnvironmentStarter,
        spec_of: SpecOf,
        log_of: LogOf,
        clock: Clock,
        *,
        idle_s: float = IDLE_S,
        max_environments: int = MAX_ENVIRONMENTS,
    ) -> None:
        self._starter = starter
        self._spec_of = spec_of
        self._log_of = log_of
        self._clock = clock
        self._idle_s = idle_s
        self._max = max_environments
        self._idle: dict[tuple[str, str], list[Lease]] = {}
        self._generation: dict[tuple[str, str], int] = {}
        self._running = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._background: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._leases: dict[int, Lease] = {}
        self.on_full: Callable[[InvokeTarget, int], object] = lambda _target, _most: None
        """Told of an invocation that must wait because so many environments are busy."""

    async def acquire(self, target: InvokeTarget) -> Lease:
        """A warm environment of this version, else a new one (not yet initialised)."""
        key = (target.function_arn, target.version.version)
        while True:
            warm = self._take_idle(key, target)
            if warm is not None:
                return warm
            if self._running < self._max:
                return self._start(key, target)
            await self._make_room(target)

    async def provision(self, target: InvokeTarget, count: int, qualifier: str) -> bool:
        """Keep ``count`` environments of this version initialised ahead of invocations.

        Args:
            qualifier: the version or alias that has the provisioned concurrency.

        Returns:
            False where an INIT failed: then none is kept.
        """
        key = (target.function_arn, target.version.version)
        kept = [lease for lease in self._leases.values() if lease.key == key and lease.provisioned]
        for lease in kept[count:]:
            self._unprovision(lease)
        for lease in kept[:count]:
            lease.provisioned_for = qualifier
        started = [
            self._start(key, target, InitializationType.PROVISIONED_CONCURRENCY)
            for _ in range(count - len(kept))
        ]
        await asyncio.gather(*(lease.environment.initialize() for lease in started))
        for lease in started:
            lease.initialized, lease.provisioned_for = True, qualifier
            self.release(lease, reusable=not lease.log.init_failed)
        if any(lease.log.init_failed for lease in started):
            await self.provision(target, 0, qualifier)
            return False
        return True

    async def take_snapshot(self, target: InvokeTarget) -> bool:
        """SnapStart: run the INIT of a version that was published. False where it fails."""
        lease = self._start((target.function_arn, target.version.version), target)
        try:
            return await lease.environment.take_snapshot()
        finally:
            await self._shut_down(lease)

    def provisioned_is_free(self, target: InvokeTarget) -> bool:
        """Whether the next ``acquire`` gets an environment that was provisioned."""
        idle = self._idle.get((target.function_arn, target.version.version), [])
        return any(
            lease.provisioned and lease.serves(target) and lease.environment.is_alive
            for lease in idle
        )

    def provisioned_in_use(self, target: InvokeTarget) -> tuple[int, int]:
        """(running invocations, all) of the provisioned environments of this version."""
        key = (target.function_arn, target.version.version)
        mine = [
            lease
            for lease in self._leases.values()
            if lease.key == key and lease.provisioned and lease.serves(target)
        ]
        idle = self._idle.get(key, [])
        return sum(lease not in idle for lease in mine), len(mine)

    def _unprovision(self, lease: Lease) -> None:
        """An idle one ends; a busy one goes on as an on-demand environment."""
        lease.provisioned_for = ""
        idle = self._idle.get(lease.key, [])
        if lease in idle:
            idle.remove(lease)
            self._spawn(self._shut_down(lease))

    def release(self, lease: Lease, *, reusable: bool) -> None:
        """Give an environment back; one that cannot be used again is shut down."""
        lease.log.flush()
        current = lease.generation == self._generation.get(lease.key, 0)
        if reusable and current and lease.environment.is_alive:
            lease.idle_since = self._clock.monotonic()
            self._idle.setdefault(lease.key, []).append(lease)
            self._wake_one()
            self._sweep_later()
        else:
            self._spawn(self._shut_down(lease))

    def discard(self, function_arn: str, version: str) -> None:
        """Code or configuration changed: no environment of this version is used again."""
        key = (function_arn, version)
        self._generation[key] = self._generation.get(key, 0) + 1
        for lease in self._idle.pop(key, []):
            self._spawn(self._shut_down(lease))

    async def close(self) -> None:
        """End every environment, idle or busy."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._idle.clear()
        await asyncio.gather(
            *(self._shut_down(lease) for lease in list(self._leases.values())),
            return_exceptions=True,
        )
        await asyncio.gather(*self._background, return_exceptions=True)

    @property
    def count(self) -> int:
        return self._running

    def _take_idle(self, key: tuple[str, str], target: InvokeTarget) -> Lease | None:
        leases = self._idle.get(key, [])
        for lease in [one for one in leases if not one.environment.is_alive]:
            leases.remove(lease)
            self._spawn(self._shut_down(lease))
        fitting = [lease for lease in leases if lease.serves(target)]
        if not fitting:
            return None
        # the most recently used one, as AWS seems to choose; provisioned ones first
        chosen = max(enumerate(fitting), key=lambda pair: (pair[1].provisioned, pair[0]))[1]
        leases.remove(chosen)
        return chosen

    def _start(
        self, key: tuple[str, str], target: InvokeTarget, kind: InitializationType | None = None
    ) -> Lease:
        stream = _stream_name(self._clock.now(), target.version.version)
        spec = self._spec_of(target, stream)
        if kind is not None:
            spec = replace(spec, initialization_type=kind)
        log = self._log_of(spec)
        environment = self._starter.new_environment(spec, log)
        generation, changed_at = self._generation.get(key, 0), target.version.last_modified
        lease = Lease(key, generation, changed_at, environment, log)
        self._leases[id(lease)] = lease
        self._running += 1
        return lease

    async def _make_room(self, target: InvokeTarget) -> None:
        """End the longest idle environment, or wait until one is given back or ends."""
        oldest = min(
            (one for leases in self._idle.values() for one in leases if not one.provisioned),
            key=lambda lease: lease.idle_since,
            default=None,
        )
        if oldest is not None:
            self._idle[oldest.key].remove(oldest)
            await self._shut_down(oldest)
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self.on_full(target, self._max)
        await waiter

    def _leave(self) -> None:
        self._running -= 1
        self._wake_one()

    def _wake_one(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    async def _shut_down(self, lease: Lease) -> None:
        if self._leases.pop(id(lease), None) is None:
            return
        try:
            await lease.environment.shutdown()
        finally:
            lease.log.flush()
            self._leave()

    def _sweep_later(self) -> None:
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._sweep())

    async def _sweep(self) -> None:
        """Ends what has been idle too long; itself ends when nothing is idle."""
        while any(not lease.provisioned for leases in self._idle.values() for lease in leases):
            await self._clock.sleep(SWEEP_S)
            limit = self._clock.monotonic() - self._idle_s
            for key, leases in list(self._idle.items()):
                old = [one for one in leases if one.idle_since <= limit and not one.provisioned]
                for lease in old:
                    leases.remove(lease)
                    self._spawn(self._shut_down(lease))
                if not leases:
                    del self._idle[key]

    def _spawn(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _stream_name(now: float, version: str) -> str:
    day = datetime.fromtimestamp(now, UTC).strftime("%Y/%m/%d")
    return f"{day}/[{version}]{uuid.uuid4().hex}"
