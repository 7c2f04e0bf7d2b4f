"""A batch of a shard until it is done with: retries, bisecting, partial responses, giving up.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
Nothing behind a failing batch is read from its shard before the batch succeeds, its retries are
used up, or its records are too old. A throttle uses up no retry, and neither does a split.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lab_helpers.clock import Clock, ScaledClock
from lab_helpers.emulator.control_plane.records import EventSourceMapping
from lab_helpers.emulator.event_sources.batch_invoker import (
    Batch,
    BatchInvoker,
    BatchRun,
    BatchStatus,
)
from lab_helpers.emulator.event_sources.batch_response import (
    WholeBatchFailedError,
    failed_items,
    reports_item_failures,
)
from lab_helpers.emulator.event_sources.failed_batches import Condition, FailedBatch, FailedBatches
from lab_helpers.emulator.event_sources.sources import StreamRecord
from lab_helpers.emulator.event_sources.stream_kind import RecordOrigin, StreamKind
from lab_helpers.emulator.event_sources.tumbling_windows import PlainFrame
from lab_helpers.emulator.event_sources.wake_up import WakeUp

RETRY_WAIT_FIRST_S = 1.0
RETRY_WAIT_MOST_S = 60.0
"""AWS backs off between retries but does not say how far; these are ours."""

OK = "OK"
PROBLEM = "PROBLEM: Function call failed"
FOREVER = -1


@dataclass(frozen=True)
class _Attempt:
    """Records that go into one invocation.

    Attributes:
        waited_s: how much older than the clock says the records are by waits that were shortened.
    """

    records: Sequence[StreamRecord]
    retries: int = 0
    invocations: int = 0
    waited_s: float = 0.0
    wait_s: float = RETRY_WAIT_FIRST_S
    last: BatchRun | None = None


class StreamBatches:
    """Works off the batches of one lane of a shard, one after another.

    Args:
        reached: told the position up to which the lane is done.
        report: told how the mapping's last batch went, for LastProcessingResult.
        stopping: rings when the mapping is stopped; a batch that fails is then left where it is.
    """

    def __init__(
        self,
        mapping: EventSourceMapping,
        kind: StreamKind,
        origin: RecordOrigin,
        invoker: BatchInvoker,
        failures: FailedBatches,
        clock: Clock,
        waits: ScaledClock,
        retention_s: float,
        reached: Callable[[int], None],
        report: Callable[[str], None],
        stopping: WakeUp,
    ) -> None:
        self._mapping = mapping
        self._settings: dict[str, Any] = mapping.settings
        self._kind = kind
        self._origin = origin
        self._invoker = invoker
        self._failures = failures
        self._clock = clock
        self._waits = waits
        self._oldest_s = _limit(self._settings.get("MaximumRecordAgeInSeconds"), retention_s)
        self._reached = reached
        self._report = report
        self._stopping = stopping

    async def work_off(self, records: Sequence[StreamRecord], frame: PlainFrame) -> bool:
        """True once all records are done with; False if the mapping was stopped before.

        Without records the frame's own event is sent: a window's last.
        """
        if records:
            self._invoker.count(self._mapping, "PolledEventCount", len(records))
        attempts = deque([_Attempt(records)])
        while attempts:
            attempt = attempts.popleft()
            if attempt.records:
                attempt = await self._without_old_records(attempt, frame)
                if not attempt.records:
                    continue
            again = await self._try(attempt, frame)
            attempts.extendleft(reversed(again))
            if attempts and self._stopping.is_rung:
                return False
        return True

    async def _try(self, attempt: _Attempt, frame: PlainFrame) -> list[_Attempt]:
        """One invocation; what is to be tried again, in order."""
        if attempt.records:
            now = self._clock.now() + attempt.waited_s
            self._invoker.iterator_age(self._mapping, now - attempt.records[-1].arrived_at)
        result = await self._invoker.run(self._mapping, self._batch(attempt, frame))
        attempt = replace(attempt, last=result)
        if result.status in (BatchStatus.THROTTLED, BatchStatus.NOT_INVOKED):
            self._report(PROBLEM)
            return [await self._wait(attempt)]
        attempt = replace(attempt, invocations=attempt.invocations + 1)
        done = self._done(attempt, result, frame)
        if done == len(attempt.records) and result.status is BatchStatus.SUCCEEDED:
            self._report(OK)
            self._reach(attempt.records)
            return []
        self._report(PROBLEM)
        return await self._after_failure(attempt, max(done, 0), frame)

    def _done(self, attempt: _Attempt, result: BatchRun, frame: PlainFrame) -> int:
        """How many records from the front are done; -1 where all of it failed."""
        if result.status is not BatchStatus.SUCCEEDED:
            return -1
        try:
            numbers = [one.sequence_number for one in attempt.records]
            failed: set[str] = set()
            if numbers and reports_item_failures(self._settings):
                failed = failed_items(result.payload, numbers)
            frame.accept(result.payload)
        except WholeBatchFailedError as error:
            self._note("mapping.failed", attempt, status="failed", reason=str(error))
            return -1
        if not failed:
            return len(attempt.records)
        self._invoker.count(self._mapping, "FailedInvokeEventCount", len(failed))
        self._note("mapping.partial", attempt, failed=sorted(failed, key=int))
        return min(numbers.index(one) for one in failed)

    async def _after_failure(
        self, attempt: _Attempt, done: int, frame: PlainFrame
    ) -> list[_Attempt]:
        """What remains after the first ``done`` records succeeded and another failed."""
        self._reach(attempt.records[:done])
        left = replace(attempt, records=attempt.records[done:])
        size = len(left.records)
        if self._settings.get("BisectBatchOnFunctionError") and (done or size > 1):
            parts = (
                [left.records] if done else [left.records[: size // 2], left.records[size // 2 :]]
            )
            self._note("mapping.bisected", attempt, sizes=[len(part) for part in parts])
            return [replace(left, records=part) for part in parts]
        retries = self._settings.get("MaximumRetryAttempts", FOREVER)
        if retries != FOREVER and left.retries >= retries:
            if left.records:
                await self._give_up(left, Condition.RETRY_ATTEMPTS_EXHAUSTED, frame)
            return []
        return [await self._wait(replace(left, retries=left.retries + 1))]

    async def _wait(self, attempt: _Attempt) -> _Attempt:
        self._note("mapping.retry", attempt, wait_s=attempt.wait_s, retries=attempt.retries)
        before = self._clock.now()
        await self._stopping.wait(self._waits, attempt.wait_s)
        gained_s = attempt.wait_s - (self._clock.now() - before)
        return replace(
            attempt,
            waited_s=attempt.waited_s + max(0.0, gained_s),
            wait_s=min(attempt.wait_s * 2, RETRY_WAIT_MOST_S),
        )

    async def _without_old_records(self, attempt: _Attempt, frame: PlainFrame) -> _Attempt:
        """Records beyond the maximum age are given up; the others go on."""
        now = self._clock.now() + attempt.waited_s
        old = [one for one in attempt.records if now - one.arrived_at > self._oldest_s]
        if not old:
            return attempt
        await self._give_up(replace(attempt, records=old), Condition.RECORD_AGE_EXCEEDED, frame)
        return replace(attempt, records=attempt.records[len(old) :])

    async def _give_up(self, attempt: _Attempt, condition: Condition, frame: PlainFrame) -> None:
        too_old = condition is Condition.RECORD_AGE_EXCEEDED
        await self._failures.tell(
            FailedBatch(
                self._mapping,
                self._kind,
                self._origin.shard_id,
                attempt.records,
                condition,
                1 if too_old else attempt.invocations,  # what AWS was seen to say
                attempt.last,
                self._batch(attempt, frame).event,
                self._clock.now(),
            )
        )
        self._reach(attempt.records)

    def _reach(self, records: Sequence[StreamRecord]) -> None:
        if records:
            self._reached(records[-1].position)

    def _batch(self, attempt: _Attempt, frame: PlainFrame) -> Batch:
        return Batch(
            frame.event([self._kind.record(one, self._origin) for one in attempt.records]),
            [one.sequence_number for one in attempt.records],
            [one.cause_id for one in attempt.records if one.cause_id],
        )

    def _note(self, kind: str, attempt: _Attempt, **data: Any) -> None:
        request_id = attempt.last.request_id if attempt.last is not None else ""
        self._invoker.note(kind, self._mapping, request_id, shard_id=self._origin.shard_id, **data)


def _limit(maximum_age_s: Any, retention_s: float) -> float:
    """Seconds; a record is never older than its stream keeps it."""
    if maximum_age_s is None or maximum_age_s == FOREVER:
        return retention_s
    return min(float(maximum_age_s), retention_s)
