"""Runs one event: admission, an environment, the function, and what is recorded of it."""

from __future__ import annotations

from dataclasses import dataclass

from lab_helpers.emulator.control_plane.records import InvokeTarget
from lab_helpers.emulator.invocation.concurrency import Concurrency, ThrottledError
from lab_helpers.emulator.invocation.environments import EnvironmentPool
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.runtime.spec import Invocation, InvocationOutcome


@dataclass(frozen=True)
class Run:
    """An outcome and where it happened."""

    outcome: InvocationOutcome
    executed_version: str
    log_stream: str
    log_tail: str


class Invoker:
    """Where synchronous and asynchronous invocations meet."""

    def __init__(self, pool: EnvironmentPool, concurrency: Concurrency, journal: Journal) -> None:
        self._pool = pool
        self._concurrency = concurrency
        self._journal = journal

    async def run(self, target: InvokeTarget, invocation: Invocation, source: str) -> Run:
        """Raises ThrottledError where no concurrency is free.

        Args:
            source: who invokes, for the journal: ``api``, ``async`` or a service's name.
        """
        reserved = target.reserved_concurrency
        try:
            self._concurrency.enter(target.region, target.function_arn, reserved)
        except ThrottledError as error:
            self._journal.append(
                "invocation.throttled",
                invocation.request_id,
                function_arn=target.invoked_arn,
                reason=error.reason,
            )
            raise
        try:
            return await self._run_admitted(target, invocation, source)
        finally:
            self._concurrency.leave(target.region, target.function_arn, reserved)

    async def _run_admitted(self, target: InvokeTarget, invocation: Invocation, source: str) -> Run:
        lease = await self._pool.acquire(target)
        reusable = False
        try:
            self._journal.append(
                "invocation.started",
                invocation.request_id,
                function_arn=target.invoked_arn,
                version=target.version.version,
                log_stream=lease.log.name,
                source=source,
                cold=not lease.initialized,
            )
            if not lease.initialized:
                await lease.environment.initialize()
                lease.initialized = True
            outcome = await lease.environment.invoke(invocation)
            reusable = outcome.environment_reusable
        finally:
            tail = lease.log.tail()
            self._pool.release(lease, reusable=reusable)
        self._journal.append(
            "invocation.finished",
            invocation.request_id,
            function_arn=target.invoked_arn,
            status=outcome.status,
            error_type=outcome.error_type,
            duration_ms=outcome.duration_ms,
            billed_duration_ms=outcome.billed_duration_ms,
            init_duration_ms=outcome.init_duration_ms,
            memory_size_mb=target.version.memory_size_mb,
            max_memory_used_mb=outcome.max_memory_used_mb,
        )
        return Run(outcome, target.version.version, lease.log.name, tail)
