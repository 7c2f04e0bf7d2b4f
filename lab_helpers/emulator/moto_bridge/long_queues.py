"""SQS queues that hold thousands of messages, as fast as short ones.

moto asks for the time anew for each message whenever it counts or lists them, and counts all of
them several times for each message that it sends or receives. Here the time is asked once, and
a message's age is looked at alone.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import unix_time_millis
from moto.sqs.models import Queue, SQSBackend


def _visible_messages(queue: Any) -> list[Any]:
    now = unix_time_millis()
    return [one for one in queue._messages if one.visible_at < now and one.delayed_until <= now]


def _visible_count(queue: Any) -> int:
    return len(_visible_messages(queue))


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
    Queue.messages = property(_visible_messages)
    Queue.approximate_number_of_messages = property(_visible_count)
    Queue.approximate_number_of_messages_not_visible = property(_hidden_count)
    Queue.approximate_number_of_messages_delayed = property(_delayed_count)
    SQSBackend.is_message_valid_based_on_retention_period = _is_retained
