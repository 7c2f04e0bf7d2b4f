"""How far event source mappings have read their shards, on disk."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.durability.errors import NotKeptError
from lab_helpers.emulator.event_sources.checkpoints import Checkpoints, MappingPositions

POSITIONS = "mapping-positions"


def keep_positions(store: AccountStore, checkpoints: Checkpoints) -> None:
    """Restore what was kept, and write every change from now on."""
    for uuid, content in store.documents(POSITIONS):
        checkpoints.restore(uuid, msgspec.msgpack.decode(content, type=MappingPositions))

    def changed(uuid: str) -> None:
        positions = checkpoints.of(uuid)
        with suppress(NotKeptError):  # the store writes it with its next success
            if positions is None:
                store.drop_document(POSITIONS, uuid)
            else:
                store.put_document(POSITIONS, uuid, msgspec.msgpack.encode(positions))

    checkpoints.changed = changed
