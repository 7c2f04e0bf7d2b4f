"""Changes of state, written down so that doing them again gives the same state.

A command is a name, arguments, and all that the outside gave it: the time, a seed for random
numbers, who called, and the answers of whoever was asked on the way. Commands are kept in the
order in which they were carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from lab_helpers.emulator.durability.account_store import AccountStore


class Command(msgspec.Struct, array_like=True, omit_defaults=True):
    """One change.

    Attributes:
        kind: which function made it, such as ``sqs.send``.
        at: seconds since the epoch.
        caller: the request or invocation that it was made for.
        arguments: of the function, as plain values.
        answers: what others said while it ran, in the order in which they were asked.
    """

    kind: str
    at: float
    seed: int
    caller: dict[str, str]
    arguments: list[Any]
    answers: list[Any] = []


def keep(store: AccountStore, command: Command) -> None:
    """Raises NotKeptError."""
    store.append_command(_encoder.encode(command))


def kept_after(store: AccountStore, number: int) -> Iterator[Command]:
    for content in store.commands_after(number):
        yield _decoder.decode(content)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Command)
