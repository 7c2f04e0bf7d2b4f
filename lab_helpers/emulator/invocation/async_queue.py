"""Lambda's internal queue for asynchronous invocations.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
A function error is retried twice, after one and after two more minutes, with the same request
id; a throttle backs off from one second to five minutes; an event older than its maximum age is
dropped. Waits go through the clock that is given (its scale makes them short).
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from lab_helpers.clock import Clock
from lab_helpers.emulator.control_plane.records import InvokeTarget
from lab_helpers.emulator.invocation.concurrency import ThrottledError
from lab_helpers.emulator.invocation.invoker import Invoker
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.runtime.spec import Invocation

RETRY_WAITS_S = (60.0, 120.0)
THROTTLE_WAIT_FIRST_S = 1.0
THROTTLE_WAIT_MOST_S = 300.0


@dataclass(frozen=True)
class QueuedEvent:
    """An event on its way to a function.

    Attributes:
        function: ARN or name with its qualifier, resolved anew at each attempt.
        cause_id: request id of the call behind the event.
        source: the service that sent it, for the journal.
    """

    region: str
    function: str
    payload: bytes
    source: str
    request_id: str
    enqueued_at: float
    cause_id: str | None = None


class AsyncQueue:
    """Takes events at once and runs them when it can."""

    def __init__(
        self,
        invoker: Invoker,
        resolve: Callable[[str, str], InvokeTarget],
        journal: Journal,
        clock: Clock,
    ) -> None:
        self._invoker = invoker
        self._resolve = resolve
        self._journal = journal
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def put(
        self,
        region: str,
        function: str,
        payload: bytes,
        source: str,
        *,
        cause_id: str | None = None,
        request_id: str | None = None,
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
        retries = 0
        throttle_wait_s = THROTTLE_WAIT_FIRST_S
        waited_s = 0.0
        while True:
            try:
                target = self._resolve(event.region, event.function)
            except Exception as error:
                self._drop(event, f"the function cannot be reached: {error}")
                return
            try:
                run = await self._invoker.run(target, _attempt(event, target), event.source)
            except ThrottledError:
                wait_s = throttle_wait_s
                throttle_wait_s = min(throttle_wait_s * 2, THROTTLE_WAIT_MOST_S)
                reason = "throttled"
            else:
                if run.outcome.function_error is None:
                    return
                if retries >= target.async_settings.maximum_retry_attempts:
                    self._drop(event, "RetriesExhausted")
                    return
                wait_s = RETRY_WAITS_S[retries]
                retries += 1
                reason = "function error"
            waited_s += wait_s
            if waited_s > target.async_settings.maximum_event_age_s:
                self._drop(event, "EventAgeExceeded")
                return
            self._journal.append(
                "async.retry", event.request_id, wait_s=wait_s, reason=reason, retries=retries
            )
            await self._clock.sleep(wait_s)

    def _drop(self, event: QueuedEvent, reason: str) -> None:
        self._journal.append(
            "async.dropped", event.request_id, function=event.function, reason=reason
        )


def _attempt(event: QueuedEvent, target: InvokeTarget) -> Invocation:
    return Invocation(event.request_id, event.payload, target.invoked_arn)
