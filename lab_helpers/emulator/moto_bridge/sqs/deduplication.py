"""FIFO queues that know what was sent in the last five minutes, without looking through the queue.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
SQS remembers a message's deduplication id after the message is received and deleted, too. moto
compares each message that is sent with all that wait, and forgets what is deleted.
"""

from __future__ import annotations

from typing import Any

INTERVAL_MS = 300_000

_Sent = dict[tuple[str | None, str], tuple[int, str]]
"""(group where the scope is the group, deduplication id) → (when it was sent, message id)."""


def is_duplicate(queue: Any, message: Any) -> bool:
    """Whether a FIFO queue accepts a message without delivering it; remembers one that is new.

    A message that comes back, as from a dead-letter queue, is no duplicate of itself.
    """
    if not message.deduplication_id:
        return False
    sent = _sent_to(queue)
    now_ms = int(message.sent_timestamp)
    _forget_before(sent, now_ms - INTERVAL_MS)
    key = _key(queue, message)
    then_ms, message_id = sent.get(key, (0, ""))
    if message_id != message.id and now_ms - then_ms < INTERVAL_MS:
        return True
    sent.pop(key, None)  # so that the table stays in the order of time
    sent[key] = now_ms, message.id
    return False


def _sent_to(queue: Any) -> _Sent:
    sent: _Sent | None = vars(queue).get("sent_lately")
    if sent is None:
        sent = vars(queue)["sent_lately"] = {
            _key(queue, one): (int(one.sent_timestamp), one.id)
            for one in queue._messages
            if one.deduplication_id
        }
    return sent


def _key(queue: Any, message: Any) -> tuple[str | None, str]:
    by_group = getattr(queue, "deduplication_scope", None) == "messageGroup"
    return message.group_id if by_group else None, message.deduplication_id


def _forget_before(sent: _Sent, time_ms: int) -> None:
    while sent:
        oldest = next(iter(sent))
        if sent[oldest][0] > time_ms:
            return
        del sent[oldest]
