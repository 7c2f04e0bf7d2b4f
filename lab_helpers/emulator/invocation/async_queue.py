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

from lab_helpers.clock import Clock
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.records import InvokeTarget
from lab_helpers.emulator.invocation.async_outcomes import AsyncOutcomes
from lab_helpers.emulator.invocation.concurrency import ThrottledError
from lab_helpers.emulator.invocation.invocation_records import Condition, FinishedEvent
from lab_helpers.emulator.invocation.invoker import Invoker, RecursiveInvocationError, Run
from lab_helpers.emulator.invocation.metrics import LambdaMetrics
from lab_helpers.emulator.invocation.queued_events import (
    NothingWaits,
    Progress,
    QueuedEvent,
    WaitingEvents,
)
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.runtime.spec import Invocation

logger = logging.getLogger(__name__)

RETRY_WAITS_S = (60.0, 120.0)


class AsyncQueue:
    """Takes events at once and runs them when it can. Belongs to the event loop."""

    def __init__(
        self,
        invoker: Invoker,
        resolve: Callable[[str, str], InvokeTarget],
        journal: Journal,
        clock: Clock,
        metrics: LambdaMetrics,
        waiting: WaitingEvents | None = None,
    ) -> None:
        self._invoker = invoker
        self._resolve = resolve
        self._journal = journal
        self._clock = clock
        self._metrics = metrics
        self._waiting = waiting or NothingWaits()
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
        event = self.accept(
            region,
            function,
            payload,
            source,
            cause_id=cause_id,
            request_id=request_id,
            trace_header=trace_header,
        )
        self.begin(event)
        return event.request_id

    def accept(
        self,
        region: str,
        function: str,
        payload: bytes,
        source: str,
        *,
        cause_id: str | None = None,
        request_id: str | None = None,
        trace_header: str = "",
    ) -> QueuedEvent:
        """The event is kept: its sender may be told so. ``begin`` must follow, on the loop.

        Safe to call from all threads.
        """
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
        self._waiting.keep(event, Progress())
        return event

    def begin(self, event: QueuedEvent) -> None:
        """An accepted event sets out."""
        self._journal.append(
            "async.enqueued",
            event.request_id,
            cause_id=event.cause_id,
            function=event.function,
            source=event.source,
            payload_bytes=len(event.payload),
        )
        self._spawn(event, Progress())

    def resume(self) -> None:
        """Events that were waiting when the cloud was stopped, or was killed, go on."""
        for event, progress in list(self._waiting.all()):
            self._journal.append(
                "async.resumed",
                event.request_id,
                cause_id=event.cause_id,
                function=event.function,
                wait_s=progress.wait_s,
                retries=progress.retries,
            )
            self._spawn(event, progress)

    def _spawn(self, event: QueuedEvent, progress: Progress) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(event, progress))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop waiting for retries."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until nothing is queued or running."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, event: QueuedEvent, progress: Progress) -> None:
        if progress.wait_s:
            off_s = max(0.0, self._clock.now() - progress.waiting_since)
            await self._clock.sleep(progress.wait_s - off_s)
            progress.wait_s = 0.0
        while True:
            try:
                target = self._resolve(event.region, event.function)
            except LambdaError as error:
                if error.code == "ResourceConflictException":  # the function is still Pending
                    await self._clock.sleep(progress.back_off())
                    continue
                self._lose(event, f"the function cannot be reached: {error}")
                self._waiting.forget(event.request_id)
                return
            if not progress.received:
                self._metrics.async_received(target)
                progress.received = True
            condition = await self._attempt(event, target, progress)
            if condition is not None:
                await self._finish(event, target, progress, condition)
                self._waiting.forget(event.request_id)
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
        progress.wait_s, progress.waiting_since = wait_s, self._clock.now()
        self._waiting.update(event, progress)
        await self._clock.sleep(wait_s)
        progress.wait_s = 0.0
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
