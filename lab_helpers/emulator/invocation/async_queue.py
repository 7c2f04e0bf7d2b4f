"""Lambda's internal queue for asynchronous invocations.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
A function error is retried twice, after one and after two more minutes, with the same request
id; a throttle backs off from one second to five minutes; an event older than its maximum age is
dropped. Waits go through the clock that is given (its scale makes them short); ages are counted
in AWS's seconds.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from lab_helpers.clock import Clock
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.records import InvokeTarget
from lab_helpers.emulator.invocation.async_outcomes import AsyncOutcomes
from lab_helpers.emulator.invocation.concurrency import ThrottledError
from lab_helpers.emulator.invocation.invocation_records import Condition, FinishedEvent
from lab_helpers.emulator.invocation.invoker import Invoker, RecursiveInvocationError, Run
from lab_helpers.emulator.invocation.metrics import LambdaMetrics
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.runtime.spec import Invocation

logger = logging.getLogger(__name__)

RETRY_WAITS_S = (60.0, 120.0)
THROTTLE_WAIT_FIRST_S = 1.0
THROTTLE_WAIT_MOST_S = 300.0


@dataclass(frozen=True)
class QueuedEvent:
    """An event on its way to a function.

    Attributes:
        function: ARN or name with its qualifier, resolved anew at each attempt.
        cause_id: request id of the call or invocation behind the event.
        source: the service that sent it, for the journal.
        trace_header: the chain of requests that the event belongs to.
    """

    region: str
    function: str
    payload: bytes
    source: str
    request_id: str
    enqueued_at: float
    cause_id: str | None = None
    trace_header: str = ""


@dataclass
class Progress:
    """How far an event has come; ``age_s`` counts AWS's seconds, not the shortened ones."""

    retries: int = 0
    throttle_wait_s: float = THROTTLE_WAIT_FIRST_S
    age_s: float = 0.0
    invoke_count: int = 0
    last_run: Run | None = None

    def back_off(self) -> float:
        """How long to wait after a throttle; the next time it is twice as long."""
        wait_s = self.throttle_wait_s
        self.throttle_wait_s = min(wait_s * 2, THROTTLE_WAIT_MOST_S)
        return wait_s


class AsyncQueue:
    """Takes events at once and runs them when it can. Belongs to the event loop."""

    def __init__(
        self,
        invoker: Invoker,
        resolve: Callable[[str, str], InvokeTarget],
        journal: Journal,
        clock: Clock,
        metrics: LambdaMetrics,
    ) -> None:
        self._invoker = invoker
        self._resolve = resolve
        self._journal = journal
        self._clock = clock
        self._metrics = metrics
        self._outcomes: AsyncOutcomes | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def tell_outcomes_to(self, outcomes: AsyncOutcomes) -> None:
        """Outcomes may be events for this queue again: hence not an argument of the queue."""
        self._outcomes = outcomes

    def put(
        self,
        region: str,
        function: str,
        payload: bytes,
        source: str,
        *,
        cause_id: str | None = None,
        request_id: str | None = None,
        trace_header: str = "",
    ) -> str:
        """Accept an event; its request id, the same for every attempt."""
        event = QueuedEvent(
            region,
            function,
            payload,
            source,
            request_id or str(uuid.uuid4()),
            self._clock.now(),
            cause_id,
            trace_header,
        )
        self._journal.append(
            "async.enqueued", event.request_id, cause_id=cause_id, function=function, source=source
        )
        task = asyncio.get_running_loop().create_task(self._deliver(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return event.request_id

    async def close(self) -> None:
        """Stop waiting for retries."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until nothing is queued or running."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, event: QueuedEvent) -> None:
        progress = Progress()
        received = False
        while True:
            try:
                target = self._resolve(event.region, event.function)
            except LambdaError as error:
                self._lose(event, f"the function cannot be reached: {error}")
                return
            if not received:
                self._metrics.async_received(target)
                received = True
            condition = await self._attempt(event, target, progress)
            if condition is not None:
                await self._finish(event, target, progress, condition)
                return

    async def _attempt(
        self, event: QueuedEvent, target: InvokeTarget, progress: Progress
    ) -> Condition | None:
        """Run the event once, and wait for the next attempt; a condition where there is none."""
        if target.reserved_concurrency == 0:
            return Condition.ZERO_RESERVED_CONCURRENCY
        self._metrics.async_age(target, progress.age_s)
        began = self._clock.monotonic()
        try:
            run = await self._run(event, target, progress)
        except RecursiveInvocationError:
            return Condition.RECURSIVE_INVOCATION
        except ThrottledError:
            wait_s, reason = progress.back_off(), "throttled"
        except Exception as error:  # AWS's 500-series: tried again as a throttle is
            logger.exception("event %s could not be run", event.request_id)
            wait_s, reason = progress.back_off(), f"system error: {error!r}"
        else:
            progress.age_s += self._clock.monotonic() - began
            if run.outcome.function_error is None:
                return Condition.SUCCESS
            if progress.retries >= target.async_settings.maximum_retry_attempts:
                return Condition.RETRIES_EXHAUSTED
            wait_s, reason = RETRY_WAITS_S[progress.retries], "function error"
            progress.retries += 1
        return await self._wait(event, target, progress, wait_s, reason)

    async def _run(self, event: QueuedEvent, target: InvokeTarget, progress: Progress) -> Run:
        invocation = Invocation(
            event.request_id, event.payload, target.invoked_arn, trace_id=event.trace_header
        )
        self._journal.append(
            "async.attempt",
            event.request_id,
            cause_id=event.cause_id,
            function=target.invoked_arn,
            attempt=progress.invoke_count + 1,
            age_s=round(progress.age_s, 3),
        )
        run = await self._invoker.run(target, invocation, event.source)
        progress.invoke_count += 1
        progress.last_run = run
        return run

    async def _wait(
        self,
        event: QueuedEvent,
        target: InvokeTarget,
        progress: Progress,
        wait_s: float,
        reason: str,
    ) -> Condition | None:
        """Until the next attempt; an event that would be too old by then is given up now."""
        progress.age_s += wait_s
        if progress.age_s >= target.async_settings.maximum_event_age_s:
            return Condition.EVENT_AGE_EXCEEDED
        self._journal.append(
            "async.retry",
            event.request_id,
            wait_s=wait_s,
            reason=reason,
            retries=progress.retries,
        )
        await self._clock.sleep(wait_s)
        return None

    async def _finish(
        self,
        event: QueuedEvent,
        target: InvokeTarget,
        progress: Progress,
        condition: Condition,
    ) -> None:
        if condition is Condition.SUCCESS:
            self._journal.append("async.succeeded", event.request_id, function=target.invoked_arn)
        else:
            self._metrics.async_dropped(target)
            self._lose(event, condition.value)
        if self._outcomes is None:
            return
        finished = FinishedEvent(
            target,
            event.request_id,
            event.payload,
            condition,
            progress.invoke_count,
            progress.last_run,
            self._clock.now(),
        )
        await self._outcomes.tell(finished, self._passed_on(event, progress))

    def _passed_on(self, event: QueuedEvent, progress: Progress) -> str:
        """A record belongs to the chain of the invocation that it tells of."""
        run = progress.last_run
        return event.trace_header if run is None else run.trace_header

    def _lose(self, event: QueuedEvent, reason: str) -> None:
        self._journal.append(
            "async.dropped", event.request_id, function=event.function, reason=reason
        )
