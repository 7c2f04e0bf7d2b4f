"""SQS queues that hold thousands of messages, as fast as short ones.

moto asks for the time anew for each message whenever it counts or lists them, and counts all of
them several times for each message that it sends or receives. Here the time is asked once, they
are counted when their number is asked for, and only as many are looked at as are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.utils import camelcase_to_underscores, unix_time_millis
from moto.sqs.models import Queue, SQSBackend

_whole_attributes = Queue.attributes.fget
_queue_attributes = SQSBackend.get_queue_attributes
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
    Queue.attributes = property(QueueAttributes)
    SQSBackend.get_queue_attributes = _asked_attributes
    Queue.messages = property(VisibleMessages)
    Queue.approximate_number_of_messages = property(_visible_count)
    Queue.approximate_number_of_messages_not_visible = property(_hidden_count)
    Queue.approximate_number_of_messages_delayed = property(_delayed_count)
    SQSBackend.is_message_valid_based_on_retention_period = _is_retained
