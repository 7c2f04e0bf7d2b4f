"""Runs one event: admission, an environment, the function, and what is recorded of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from lab_helpers.emulator.control_plane.records import InvokeTarget
from lab_helpers.emulator.invocation.concurrency import Concurrency, ThrottledError
from lab_helpers.emulator.invocation.environments import EnvironmentPool
from lab_helpers.emulator.invocation.metrics import LambdaMetrics
from lab_helpers.emulator.invocation.trace_header import TraceHeader
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.runtime.spec import Invocation, InvocationOutcome

LOOP_LIMIT = 16
"""Invocations of one function in one chain of requests; AWS says approximately 16."""
REMEMBERED_CALLERS = 10_000


class RecursiveInvocationError(Exception):
    """The function is part of a loop, which ends here.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    """


@dataclass(frozen=True)
class Run:
    """An outcome and where it happened.

    Attributes:
        trace_header: as the function got it.
    """

    outcome: InvocationOutcome
    executed_version: str
    log_stream: str
    log_tail: str
    trace_header: str = ""


class Invoker:
    """Where all invocations meet: synchronous, asynchronous, and of event source mappings."""

    def __init__(
        self,
        pool: EnvironmentPool,
        concurrency: Concurrency,
        journal: Journal,
        metrics: LambdaMetrics,
        now: Callable[[], float],
    ) -> None:
        self._pool = pool
        self._concurrency = concurrency
        self._journal = journal
        self._metrics = metrics
        self._now = now
        self._request_of_parent: OrderedDict[str, str] = OrderedDict()

    async def run(self, target: InvokeTarget, invocation: Invocation, source: str) -> Run:
        """Run one event.

        Args:
            invocation: its ``trace_id`` is the header that came with the event, if any.
            source: who invokes, for the journal: ``api``, ``async`` or a service's name.

        Raises:
            ThrottledError: no concurrency is free.
            RecursiveInvocationError: the event has passed this function too often.
        """
        header = TraceHeader.parse(invocation.trace_id)
        self._stop_loop(target, invocation, header)
        reserved = target.reserved_concurrency
        provisioned = self._pool.provisioned_is_free(target)
        try:
            self._concurrency.enter(
                target.region,
                target.function_arn,
                reserved,
                provisioned=provisioned,
                allocated=target.provisioned_concurrency,
            )
        except ThrottledError as error:
            self._metrics.throttled(target)
            self._journal.append(
                "invocation.throttled",
                invocation.request_id,
                function_arn=target.invoked_arn,
                reason=error.reason,
            )
            raise
        self._tell_concurrency(target)
        traced = target.version.extra.get("TracingConfig", {}).get("Mode") == "Active"
        header = header.entering(target.function_arn, traced=traced)
        self._remember(header, invocation.request_id)
        try:
            return await self._run_admitted(
                target, replace(invocation, trace_id=str(header)), source
            )
        finally:
            self._concurrency.leave(
                target.region, target.function_arn, reserved, provisioned=provisioned
            )

    def request_behind(self, trace_header: str) -> str | None:
        """Request id of the invocation whose function sent this header, if it is remembered."""
        if not trace_header:
            return None
        return self._request_of_parent.get(TraceHeader.parse(trace_header).parent)

    def _remember(self, header: TraceHeader, request_id: str) -> None:
        self._request_of_parent[header.parent] = request_id
        if len(self._request_of_parent) > REMEMBERED_CALLERS:
            self._request_of_parent.popitem(last=False)

    def _stop_loop(self, target: InvokeTarget, invocation: Invocation, header: TraceHeader) -> None:
        passes = header.passes(target.function_arn)
        if passes < LOOP_LIMIT or target.recursive_loop == "Allow":
            return
        self._metrics.recursion_dropped(target)
        self._journal.append(
            "invocation.recursion_stopped",
            invocation.request_id,
            function_arn=target.invoked_arn,
            passes=passes,
        )
        raise RecursiveInvocationError(target.invoked_arn)

    def _tell_concurrency(self, target: InvokeTarget) -> None:
        running, region = self._concurrency, target.region
        self._metrics.concurrency(
            target,
            running.of_function(region, target.function_arn),
            running.of_region(region),
            running.unreserved(region),
            running.claimed(region),
        )

    async def _run_admitted(self, target: InvokeTarget, invocation: Invocation, source: str) -> Run:
        started = self._now()
        lease = await self._pool.acquire(target)
        in_use, allocated = self._pool.provisioned_in_use(target)
        if allocated:
            self._metrics.provisioned(target, lease.provisioned, in_use, allocated)
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
                provisioned=lease.provisioned,
            )
            if not lease.initialized:
                await lease.environment.initialize()
                lease.initialized = True
            outcome = await lease.environment.invoke(invocation)
            reusable = outcome.environment_reusable
        finally:
            tail = lease.log.tail()
            self._pool.release(lease, reusable=reusable)
        self._metrics.invoked(target, outcome, started)
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
            architecture=target.version.architecture,
            ephemeral_storage_mb=target.version.ephemeral_storage_mb,
            max_memory_used_mb=outcome.max_memory_used_mb,
        )
        return Run(outcome, target.version.version, lease.log.name, tail, invocation.trace_id)
