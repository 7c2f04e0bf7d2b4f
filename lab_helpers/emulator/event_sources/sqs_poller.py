"""Reads an SQS queue for a function.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
Messages are hidden from others while the function works on them, deleted when it succeeds, and
visible again after the queue's visibility timeout when it fails: the queue's own redrive policy
then counts. What no filter lets pass is deleted. A FIFO queue gives no message of a group while
an earlier one is being worked on; its order comes from there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from lab_helpers.clock import Clock, ScaledClock
from lab_helpers.emulator.control_plane.records import EventSourceMapping
from lab_helpers.emulator.event_sources.batch_invoker import (
    MAXIMUM_PAYLOAD_BYTES,
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
from lab_helpers.emulator.event_sources.filter_criteria import FilterCriteria, seen_by_filters
from lab_helpers.emulator.event_sources.sources import (
    QueueSource,
    ReceivedMessage,
    SourceGoneError,
)
from lab_helpers.emulator.event_sources.sqs_records import sqs_record
from lab_helpers.emulator.event_sources.sqs_scaling import SqsScaling
from lab_helpers.emulator.event_sources.wake_up import BackgroundTasks, WakeUp

LOOK_EVERY_S = 20.0
"""A look without any news, as long as SQS's longest poll; news come with every message."""
SCALE_EVERY_S = 1.0
"""While all batches that are allowed at once are busy; the end of one comes as news."""
THROTTLE_WAIT_FIRST_S = 1.0
THROTTLE_WAIT_MOST_S = 60.0
_ENVELOPE_BYTES = len('{"Records": []}')


class SqsPoller:
    """The reader of one mapping, with the settings it had when it started.

    Args:
        clock: the machine's time: visibility and looks.
        waits: for waits that AWS imposes: batching window, visibility after a failure, throttles.
    """

    def __init__(
        self,
        mapping: EventSourceMapping,
        queue: QueueSource,
        invoker: BatchInvoker,
        clock: Clock,
        waits: ScaledClock,
    ) -> None:
        self._mapping = mapping
        self._arn = mapping.event_source_arn or ""
        self._settings: dict[str, Any] = mapping.settings
        self._queue = queue
        self._invoker = invoker
        self._clock = clock
        self._waits = waits
        self._criteria = FilterCriteria.of(mapping.settings, "body")
        self._scaling = SqsScaling(mapping.settings, clock)
        self._news = WakeUp()
        self._stopping = False
        self._batches = BackgroundTasks()
        self._running = 0
        self._carried: list[ReceivedMessage] = []

    def wake(self) -> None:
        """Something changed in the queue."""
        self._news.ring()

    def stop(self) -> None:
        """Read no more; batches that the function has go on to their end."""
        self._stopping = True
        self._news.ring()

    async def close(self) -> None:
        """End everything now."""
        self.stop()
        await self._batches.close()

    async def run(self) -> None:
        """Until stopped."""
        while not self._stopping:
            self._news.clear()
            if self._stopping:
                break
            batch: list[ReceivedMessage] = []
            wait_s = LOOK_EVERY_S
            if self._running >= self._scaling.limit(self._running):
                wait_s = SCALE_EVERY_S
            elif self._invoker.may_read(self._mapping):
                try:
                    batch = await self._next_batch()
                    if not batch:
                        wait_s = await self._until_next_look_s()
                except SourceGoneError:
                    self._invoker.note("mapping.source_gone", self._mapping, "")
            if batch:
                self._running += 1
                self._batches.spawn(self._work_on(batch))
                await asyncio.sleep(0)  # the function first, then the next look at the queue
            else:
                await self._news.wait(self._clock, wait_s)
        if self._carried:
            await self._give_up(self._carried, hidden_s=0.0)

    async def _until_next_look_s(self) -> float:
        next_s = await self._queue.next_visible_in_s(self._arn)
        return LOOK_EVERY_S if next_s is None else min(next_s, LOOK_EVERY_S)

    async def _next_batch(self) -> list[ReceivedMessage]:
        """Messages for one invocation: what there is, or what a batching window brings."""
        at_most: int = self._settings["BatchSize"]
        window_s: float = self._settings.get("MaximumBatchingWindowInSeconds") or 0.0
        batch = await self._receive(self._carried, at_most)
        if not batch or not window_s:
            return batch
        ends_at = self._clock.monotonic() + window_s / self._waits.scale
        while len(batch) < at_most and not self._carried and not self._stopping:
            left_s = ends_at - self._clock.monotonic()
            if left_s <= 0:
                break
            self._news.clear()
            more = await self._receive(batch, at_most)
            if len(more) == len(batch):
                await self._news.wait(self._clock, left_s)
            batch = more
        return batch

    async def _receive(
        self, batch: Sequence[ReceivedMessage], at_most: int
    ) -> list[ReceivedMessage]:
        """``batch`` and what is visible now, up to the number and to the payload limit."""
        found = await self._queue.receive(self._arn, at_most - len(batch))
        if found:
            self._invoker.count(self._mapping, "PolledEventCount", len(found))
        kept = [*batch, *await self._filtered(found)]
        size = _ENVELOPE_BYTES
        for number, message in enumerate(kept):
            size += (
                len(
                    json.dumps(sqs_record(message, self._arn), ensure_ascii=False).encode(
                        "utf-8", "replace"
                    )
                )
                + 2
            )
            if size > MAXIMUM_PAYLOAD_BYTES and number:
                self._carried = kept[number:]
                return kept[:number]
        self._carried = []
        return kept

    async def _filtered(self, found: list[ReceivedMessage]) -> list[ReceivedMessage]:
        """What a filter lets pass; SQS's other messages are deleted, unlike a stream's."""
        if not self._criteria:
            return found
        passed: list[ReceivedMessage] = []
        refused: list[ReceivedMessage] = []
        for message in found:
            record = seen_by_filters(sqs_record(message, self._arn), "body")
            (passed if self._criteria.lets_pass(record) else refused).append(message)
        if found:
            self._invoker.count(self._mapping, "FilteredOutEventCount", len(refused))
        if refused:
            await self._queue.delete(self._arn, [one.receipt_handle for one in refused])
            self._invoker.note(
                "mapping.filtered",
                self._mapping,
                "",
                items=[one.message_id for one in refused],
                deleted=True,
            )
        return passed

    async def _work_on(self, batch: list[ReceivedMessage]) -> None:
        started = self._clock.monotonic()
        try:
            result = await self._invoke(batch)
        finally:
            self._running -= 1
            self._news.ring()
        try:
            await self._settle(batch, result, self._clock.monotonic() - started)
        except SourceGoneError:
            self._invoker.note("mapping.source_gone", self._mapping, result.request_id)
        finally:
            self._news.ring()  # a FIFO group may be free now

    async def _invoke(self, messages: list[ReceivedMessage]) -> BatchRun:
        """Throttles are tried again for as long as the messages are hidden."""
        batch = Batch(
            {"Records": [sqs_record(one, self._arn) for one in messages]},
            [one.message_id for one in messages],
            [one.cause_id for one in messages if one.cause_id],
            next((h for m in messages if (h := m.attributes.get("AWSTraceHeader"))), ""),
        )
        wait_s, waited_s = THROTTLE_WAIT_FIRST_S, 0.0
        while True:
            result = await self._invoker.run(self._mapping, batch)
            self._scaling.finished(result.status, reports_item_failures(self._settings))
            if result.status is not BatchStatus.THROTTLED:
                return result
            hidden_s = await self._visibility_timeout_s()
            if waited_s + wait_s > hidden_s or self._stopping:
                return result
            await self._waits.sleep(wait_s)
            waited_s += wait_s
            wait_s = min(wait_s * 2, THROTTLE_WAIT_MOST_S)

    async def _visibility_timeout_s(self) -> float:
        try:
            return await self._queue.visibility_timeout_s(self._arn)
        except SourceGoneError:
            return 0.0

    async def _settle(
        self, batch: list[ReceivedMessage], result: BatchRun, elapsed_s: float
    ) -> None:
        """Delete what is done; let what failed reappear when its visibility timeout is over."""
        failed = self._failed(batch, result)
        done = [one for one in batch if one.message_id not in failed]
        if done:
            await self._queue.delete(self._arn, [one.receipt_handle for one in done])
        self._invoker.count(self._mapping, "DeletedEventCount", len(done))
        if failed:
            hidden_s = await self._visibility_timeout_s() - elapsed_s
            again = [one for one in batch if one.message_id in failed]
            await self._give_up(again, max(0.0, hidden_s) / self._waits.scale)
        self._invoker.note(
            "mapping.settled",
            self._mapping,
            result.request_id,
            deleted=len(done),
            returned=len(failed),
        )

    def _failed(self, batch: list[ReceivedMessage], result: BatchRun) -> set[str]:
        """Message ids that go back to the queue."""
        every = {one.message_id for one in batch}
        if result.status is not BatchStatus.SUCCEEDED:
            return every
        if not reports_item_failures(self._settings):
            return set()
        try:
            failed = failed_items(result.payload, every)
        except WholeBatchFailedError as error:
            self._invoker.note(
                "mapping.failed",
                self._mapping,
                result.request_id,
                status=BatchStatus.FAILED.value,
                reason=str(error),
            )
            return every
        if failed:
            self._invoker.count(self._mapping, "FailedInvokeEventCount", len(failed))
            self._invoker.note(
                "mapping.partial", self._mapping, result.request_id, failed=sorted(failed)
            )
        return failed

    async def _give_up(self, messages: Sequence[ReceivedMessage], hidden_s: float) -> None:
        await self._queue.hand_back(self._arn, [one.receipt_handle for one in messages], hidden_s)
