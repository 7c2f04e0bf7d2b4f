"""SQS queues as event source mappings read them: straight from moto, with news of each message.

moto pushes messages into mappings of its own; those stay empty. Put right here on the way: a
FIFO queue's sequence numbers grow, and a group whose messages have become visible again begins
with its oldest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from moto.core.utils import unix_time_millis
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

from lab_helpers.arns import Arn
from lab_helpers.emulator.event_sources.sources import (
    MessageAttribute,
    ReceivedMessage,
    SourceGoneError,
)
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.current_call import current_call
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK
from lab_helpers.emulator.moto_bridge.sqs import dead_letter_source, long_queues, queue_settings

QueueChanged = Callable[[str], None]
"""Called with a queue's ARN, from any thread, when a message came or became visible."""

_FIRST_SEQUENCE_NUMBER = 18_849_496_460_467_696_128
"""Twenty digits, as at AWS."""

SHORT = 1000
"""Messages: to look at so many takes about a millisecond."""

Result = TypeVar("Result")

_change_visibility = SQSBackend.change_message_visibility


class Queues:
    """The source of the SQS pollers. What takes moto long is kept off the event loop."""

    def __init__(self, account_id: str, changed: QueueChanged) -> None:
        self._account_id = account_id
        self._changed = changed
        self._looked_at_ms: dict[str, float] = {}
        self._take = CHANGES.repeatable("sqs.receive", self._receive, counts=bool)
        self._remove = CHANGES.repeatable("sqs.delete", self._delete)
        self._make_visible = CHANGES.repeatable("sqs.hand_back", self._hand_back)

    def install(self) -> None:
        """From now on every message is announced."""
        changed = self._changed

        def add_message(queue: Any, message: Any) -> None:
            if queue.fifo_queue:
                message.sequence_number = _next_sequence_number(queue)
            if not hasattr(message, "sending_request_id"):
                message.sending_request_id = current_call.get().request_id
            dead_letter_source.note_queue(queue, message)
            long_queues.add_message(queue, message)
            changed(queue.queue_arn)

        def change_message_visibility(
            backend: Any, queue_name: str, receipt_handle: str, visibility_timeout: int
        ) -> None:
            _change_visibility(backend, queue_name, receipt_handle, visibility_timeout)
            changed(backend.get_queue(queue_name).queue_arn)

        dead_letter_source.install()
        long_queues.install()
        queue_settings.install()
        Queue.add_message = add_message
        SQSBackend.change_message_visibility = change_message_visibility

    async def receive(self, queue_arn: str, at_most: int) -> list[ReceivedMessage]:
        self._looked_at_ms[queue_arn] = unix_time_millis()
        return await self._done(queue_arn, partial(self._take, queue_arn, at_most))

    async def delete(self, queue_arn: str, receipt_handles: Sequence[str]) -> None:
        handles = list(receipt_handles)
        await self._done(queue_arn, partial(self._remove, queue_arn, handles))

    async def hand_back(
        self, queue_arn: str, receipt_handles: Sequence[str], hidden_s: float
    ) -> None:
        handles = list(receipt_handles)
        await self._done(queue_arn, partial(self._make_visible, queue_arn, handles, hidden_s))

    async def visibility_timeout_s(self, queue_arn: str) -> float:
        return float(self._queue(queue_arn).visibility_timeout)

    async def next_visible_in_s(self, queue_arn: str) -> float | None:
        return await self._done(queue_arn, partial(self._next_visible_in_s, queue_arn))

    async def _done(self, queue_arn: str, work: Callable[[], Result]) -> Result:
        """At once where moto is free and the queue is short: a thread and back takes longer."""
        if len(self._queue(queue_arn)._messages) <= SHORT and MOTO_LOCK.acquire(blocking=False):
            try:
                return work()
            finally:
                MOTO_LOCK.release()
        return await asyncio.to_thread(work)

    def _queue(self, queue_arn: str) -> Any:
        arn = Arn.parse(queue_arn)
        queue = sqs_backends[self._account_id][arn.region].queues.get(arn.resource)
        if queue is None:
            raise SourceGoneError(queue_arn)
        return queue

    def _receive(self, queue_arn: str, at_most: int) -> list[ReceivedMessage]:
        queue = self._queue(queue_arn)
        if queue.fifo_queue:
            # moto frees a group at its last message that is visible again, not at its first.
            for message in [one for one in queue.pending_messages if one.visible]:
                queue.pending_messages.discard(message)
        found = sqs_backends[self._account_id][queue.region].receive_message(
            queue.name, at_most, 0, queue.visibility_timeout, ["All"]
        )
        return [_received(message, queue.fifo_queue) for message in found]

    def _delete(self, queue_arn: str, receipt_handles: list[str]) -> None:
        queue = self._queue(queue_arn)
        for handle in receipt_handles:
            with suppress(ReceiptHandleIsInvalid):  # somebody has purged the queue meanwhile
                queue.delete_message(handle)

    def _hand_back(self, queue_arn: str, handles: list[str], hidden_s: float) -> None:
        visible_at = unix_time_millis() + hidden_s * 1000
        queue = self._queue(queue_arn)
        for handle in handles:
            message = long_queues.received_as(queue, handle)
            if message is not None:  # else somebody has received it since
                message.visible_at = visible_at
        self._changed(queue_arn)

    def _next_visible_in_s(self, queue_arn: str) -> float | None:
        with MOTO_LOCK:
            now = unix_time_millis()
            times = [
                max(message.visible_at, message.delayed_until)
                for message in self._queue(queue_arn)._messages
            ]
        # What has become visible since the last look was not seen by it: look again at once.
        # One millisecond more: moto's visibility begins after, not at the given time.
        looked_at = self._looked_at_ms.get(queue_arn, now)
        unseen = [max(time + 1 - now, 1) for time in times if time >= looked_at]
        return min(unseen) / 1000 if unseen else None


def _next_sequence_number(queue: Any) -> str:
    number = getattr(queue, "last_sequence_number", _FIRST_SEQUENCE_NUMBER) + 256
    queue.last_sequence_number = number
    return str(number)


def _received(message: Message, fifo: bool) -> ReceivedMessage:
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "AWSTraceHeader": (message.system_attributes.get("AWSTraceHeader") or {}).get(
            "StringValue"
        ),
        "SentTimestamp": str(message.sent_timestamp),
        "SequenceNumber": message.sequence_number if fifo else None,
        "MessageGroupId": message.group_id,
        "SenderId": message.sender_id,
        "MessageDeduplicationId": message.deduplication_id if fifo else None,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    return ReceivedMessage(
        message.id,
        message.receipt_handle,
        message.body,
        message.body_md5,
        {name: value for name, value in attributes.items() if value is not None},
        {name: _attribute(one) for name, one in message.message_attributes.items()},
        message.attribute_md5 if message.message_attributes else None,
        getattr(message, "sending_request_id", None),
    )


def _attribute(attribute: dict[str, Any]) -> MessageAttribute:
    return MessageAttribute(
        attribute["DataType"], attribute.get("StringValue"), attribute.get("BinaryValue")
    )
