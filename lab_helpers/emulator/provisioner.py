"""What is initialised ahead of invocations: provisioned concurrency and SnapStart's snapshots.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
Environments belong to a version: those of an alias are of the version it points to, and serve
invocations through the alias.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from lab_helpers.arns import function_arn
from lab_helpers.clock import Clock
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.records import Function, ProvisionedConcurrency
from lab_helpers.emulator.invocation.environments import EnvironmentPool
from lab_helpers.emulator.journal import Journal

CHANGING_OPERATIONS = frozenset(
    {
        "DeleteAlias",
        "DeleteFunction",
        "DeleteProvisionedConcurrencyConfig",
        "PutProvisionedConcurrencyConfig",
        "UpdateAlias",
    }
)
"""After these of Lambda's operations the environments may have to change."""
INIT_FAILED = "FUNCTION_ERROR_INIT_FAILURE"
SNAPSHOT_FAILED = (
    "The INIT phase before the snapshot failed. The log of the function says why; publish a "
    "version with code that can be initialised."
)


class Provisioner:
    """Belongs to the event loop; one function at a time."""

    def __init__(
        self,
        control_plane: LambdaControlPlane,
        pool: EnvironmentPool,
        journal: Journal,
        clock: Clock,
    ) -> None:
        self._control_plane = control_plane
        self._pool = pool
        self._journal = journal
        self._clock = clock
        self._versions: dict[tuple[str, str], set[str]] = {}
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        control_plane.state.provisioner_tells = True

    def follow(self, region: str, function_name: str) -> None:
        """Bring a function's environments in step, beside whatever goes on."""
        self._spawn(self._follow(region, function_name))

    def snapshot(self, region: str, function_name: str, version: str) -> None:
        """Take the snapshot of a version that was published with SnapStart."""
        self._spawn(self._take_snapshot(region, function_name, version))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._versions.clear()

    async def _follow(self, region: str, name: str) -> None:
        async with self._turn:
            function = self._control_plane.state.region(region).functions.get(name)
            wanted = {} if function is None else _wanted(function)
            for version in self._versions.get((region, name), set()) - wanted.keys():
                if function is not None and version in function.versions:
                    await self._provision(region, name, version, 0, version)
                else:  # its environments went with it
                    self._tell(region, name, version, 0)
            self._versions[region, name] = set(wanted)
            for version, (qualifier, config) in wanted.items():
                count = config.requested
                done = await self._provision(region, name, version, count, qualifier)
                config.failure_reason = None if done else INIT_FAILED
                config.ready_at = self._clock.now()

    async def _take_snapshot(self, region: str, name: str, version: str) -> None:
        try:
            target = self._control_plane.resolve(region, name, version, pending_too=True)
        except LambdaError:
            return  # deleted since
        if target.version.change != "create":
            return  # an old version, published again without a change
        done = False
        try:
            done = await self._pool.take_snapshot(target)
        finally:
            target.version.failure = "" if done else SNAPSHOT_FAILED
            self._control_plane.state.snapshots_under_way.discard((region, name, version))
        self._journal.append("snapshot.taken", "", function_arn=target.invoked_arn, failed=not done)

    async def _provision(
        self, region: str, name: str, version: str, count: int, qualifier: str
    ) -> bool:
        target = self._control_plane.resolve(region, name, version)
        done = await self._pool.provision(target, count, qualifier)
        self._tell(
            region,
            name,
            version,
            count if done else 0,
            memory_size_mb=target.version.memory_size_mb,
            architecture=target.version.architecture,
            failed=not done,
        )
        return done

    def _tell(self, region: str, name: str, version: str, environments: int, **facts: Any) -> None:
        arn = function_arn(region, self._control_plane.state.account_id, name, version)
        self._journal.append(
            "concurrency.provisioned", "", function_arn=arn, environments=environments, **facts
        )


def _wanted(function: Function) -> dict[str, tuple[str, ProvisionedConcurrency]]:
    """Version → qualifier and configuration, its own or those of an alias which points to it."""
    found = {}
    for qualifier, config in function.provisioned.items():
        alias = function.aliases.get(qualifier)
        found[alias.function_version if alias else qualifier] = qualifier, config
    return found
