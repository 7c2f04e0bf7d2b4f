"""Queues whose messages stay hidden for a third of the time: five receives take half a minute.

Only short times are cut, as those of the labs' queues are: LocalStack keeps asynchronous events in
queues of its own, where a message must stay hidden for as long as a function may run.
"""

from __future__ import annotations

import time

from localstack.services.sqs.models import SqsMessage

SHORTER = 3
LONGEST_CUT_S = 30


def hide_messages_for_less() -> None:
    _cut(SqsMessage, "set_last_received")
    _cut(SqsMessage, "update_visibility_timeout")


def _cut(message_class: type, name: str) -> None:
    original = getattr(message_class, name)

    def cut(self: SqsMessage, *arguments: object) -> None:
        original(self, *arguments)
        hidden_s = self.visibility_deadline - time.time() if self.visibility_deadline else 0
        if 0 < hidden_s <= LONGEST_CUT_S:
            self.visibility_deadline -= hidden_s * (1 - 1 / SHORTER)

    setattr(message_class, name, cut)
