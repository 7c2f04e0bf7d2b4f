"""SQS queues that hold thousands of messages, as fast as short ones.

moto asks for the time anew for each message whenever it counts or lists them, and counts all of
them several times for each message that it sends or receives; to delete one it goes through all of
them twice. Here the time is asked once, they are counted when their number is asked for, only as
many are looked at as are wanted, a receipt handle leads to its message, and a FIFO queue knows the
deduplication ids of the last five minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from weakref import WeakValueDictionary

from moto.core.utils import camelcase_to_underscores, unix_time_millis
from moto.sqs.models import Message, Queue, SQSBackend

from lab_helpers.emulator.moto_bridge.sqs.deduplication import is_duplicate

_whole_attributes = Queue.attributes.fget
_queue_attributes = SQSBackend.get_queue_attributes
_delete_message = Queue.delete_message
_mark_received = Message.mark_received
_received_as: WeakValueDictionary[str, Any] = WeakValueDictionary()
"""Receipt handle → the message that it was given for, in whatever queue."""
_PLAIN = {
    name: camelcase_to_underscores(name)
    for name in ("ContentBasedDeduplication", "MessageRetentionPeriod", "VisibilityTimeout")
}


class QueueAttributes(Mapping[str, Any]):
    """A queue's attributes, read when they are asked for: three of them count all messages."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self._all: dict[str, Any] | None = None

    def get(self, name: str, default: Any = None) -> Any:
        if name not in _PLAIN or self._all is not None:
            return self._whole().get(name, default)
        if name == "ContentBasedDeduplication" and not self._queue.fifo_queue:
            return default
        value = getattr(self._queue, _PLAIN[name])
        return str(value).lower() if isinstance(value, bool) else value

    def __getitem__(self, name: str) -> Any:
        return self._whole()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _whole(self) -> dict[str, Any]:
        if self._all is None:
            self._all = _whole_attributes(self._queue)
        return self._all


def _asked_attributes(backend: Any, queue_name: str, names: list[str]) -> dict[str, Any]:
    return dict(_queue_attributes(backend, queue_name, names))


class Messages:
    """What moto keeps in a list: in the order of their coming, found by their ids."""

    def __init__(self, messages: Iterable[Any] = ()) -> None:
        self.by_id = {message.id: message for message in messages}

    def append(self, message: Any) -> None:
        self.by_id[message.id] = message

    def remove(self, message: Any) -> None:
        del self.by_id[message.id]

    def received_as(self, receipt_handle: str) -> Any:
        """None where it is not here, or was received before the cloud was started."""
        message = _received_as.get(receipt_handle)
        return message if message is not None and message.id in self.by_id else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)


def _kept_messages(queue: Any) -> Messages:
    kept = vars(queue)["_messages"]
    if not isinstance(kept, Messages):  # of a snapshot that was taken when it was a list
        kept = vars(queue)["_messages"] = Messages(kept)
    return kept


def _keep_messages(queue: Any, messages: Iterable[Any]) -> None:
    vars(queue)["_messages"] = Messages(messages)


def add_message(queue: Any, message: Any) -> None:
    """As moto's, but for its pushing into mappings of its own."""
    if queue.fifo_queue and is_duplicate(queue, message):
        return
    with queue._messages_lock:
        queue._messages.append(message)
        queue._messages_lock.notify_all()


def _receive(message: Any, visibility_timeout: int | None = None) -> None:
    _mark_received(message, visibility_timeout)
    _received_as[message.receipt_handle] = message


def _delete(queue: Any, receipt_handle: str) -> None:
    messages = _kept_messages(queue)
    message = messages.received_as(receipt_handle)
    if message is None:
        _delete_message(queue, receipt_handle)
        return
    queue.pending_messages.discard(message)
    queue.deleted_messages.update(one for one in message.all_receipt_handles if one is not None)
    messages.remove(message)


def received_as(queue: Any, receipt_handle: str) -> Any:
    """The message whose newest receipt handle this is; None where there is none."""
    messages = _kept_messages(queue)
    message = messages.received_as(receipt_handle)
    if message is None:  # given before the cloud was started
        return next((one for one in messages if one.receipt_handle == receipt_handle), None)
    return message if message.receipt_handle == receipt_handle else None


class VisibleMessages:
    """Those that may be received now, oldest first; found one by one, as far as they are wanted."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue

    def __iter__(self) -> Iterator[Any]:
        now = unix_time_millis()
        for one in self._queue._messages:
            if one.visible_at < now and one.delayed_until <= now:
                yield one

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _visible_count(queue: Any) -> int:
    return len(VisibleMessages(queue))


def _hidden_count(queue: Any) -> int:
    now = unix_time_millis()
    return sum(1 for one in queue._messages if one.visible_at >= now)


def _delayed_count(queue: Any) -> int:
    now = unix_time_millis()
    return sum(1 for one in queue._messages if one.delayed_until > now)


def _is_retained(backend: Any, queue_name: str, message: Any) -> bool:
    age_s = (unix_time_millis() - message.sent_timestamp) / 1000
    return bool(age_s < backend.get_queue(queue_name).message_retention_period)


def install() -> None:
    Queue._messages = property(_kept_messages, _keep_messages)
    Queue.add_message = add_message
    Queue.delete_message = _delete
    Message.mark_received = _receive
    Queue.attributes = property(QueueAttributes)
    SQSBackend.get_queue_attributes = _asked_attributes
    Queue.messages = property(VisibleMessages)
    Queue.approximate_number_of_messages = property(_visible_count)
    Queue.approximate_number_of_messages_not_visible = property(_hidden_count)
    Queue.approximate_number_of_messages_delayed = property(_delayed_count)
    SQSBackend.is_message_valid_based_on_retention_period = _is_retained
