"""Asynchronous events on disk, from their acceptance until they are done with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.durability.errors import NotKeptError
from lab_helpers.emulator.invocation.queued_events import Progress, QueuedEvent

WAITING_EVENT = "waiting-event"


class KeptEvents:
    """``WaitingEvents`` of an account."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store

    def keep(self, event: QueuedEvent, progress: Progress) -> None:
        content = msgspec.msgpack.encode((event, progress))
        self._store.put_document(WAITING_EVENT, event.request_id, content)

    def update(self, event: QueuedEvent, progress: Progress) -> None:
        with suppress(NotKeptError):  # the store writes it with its next success
            self.keep(event, progress)

    def forget(self, request_id: str) -> None:
        with suppress(NotKeptError):
            self._store.drop_document(WAITING_EVENT, request_id)

    def all(self) -> Iterator[tuple[QueuedEvent, Progress]]:
        kept = [
            msgspec.msgpack.decode(content, type=tuple[QueuedEvent, Progress])
            for _, content in self._store.documents(WAITING_EVENT)
        ]
        return iter(sorted(kept, key=lambda one: one[0].enqueued_at))
