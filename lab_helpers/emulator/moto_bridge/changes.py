"""Every change of moto's state: made under the lock, written down, and repeated after a restart.

moto keeps everything in memory. What changes it goes through ``repeatable``: the function and its
arguments are written to the account's command log before anybody is told of success, and are
called again, with the same time and the same random numbers, when a cloud opens that account.

What such a function asks outside moto (does a function's policy let this bucket in?) goes through
``asked``: when it is repeated, the answer of that day is taken and nobody is asked.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, get_type_hints

import msgspec
from moto.moto_api._internal import mock_random

from lab_helpers.emulator.durability import command_log
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.durability.command_log import Command
from lab_helpers.emulator.moto_bridge.current_call import CurrentCall, current_call
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Changes:
    """What is going on under the lock. One for the process, as moto is."""

    def __init__(self) -> None:
        self._store: AccountStore | None = None
        self._running: Command | None = None
        self._thread = 0
        self._asking = False
        self._given: deque[Any] | None = None
        self._afterwards: list[Callable[[], object]] = []
        self._kinds: dict[str, Callable[[list[Any]], None]] = {}
        self._written: Callable[[], None] = _nobody_listens
        self.not_repeated: list[str] = []
        """Kinds of commands that failed when they were repeated, with the reason."""

    def keep_in(
        self, store: AccountStore | None, written: Callable[[], None] | None = None
    ) -> None:
        """From now on changes are written to ``store``; ``written`` is called after each."""
        with MOTO_LOCK:
            self._store = store
            self._written = written or _nobody_listens

    def repeatable(
        self,
        kind: str,
        function: Callable[Arguments, Result],
        *,
        counts: Callable[[Result], bool] = lambda _: True,
    ) -> Callable[Arguments, Result]:
        """``function`` under the lock, written down where ``counts(result)``.

        Its parameters are positional, annotated, and of types that msgspec converts.
        """
        types = [one for name, one in get_type_hints(function).items() if name != "return"]

        def repeat(arguments: list[Any]) -> None:
            function(*map(msgspec.convert, arguments, types))  # type: ignore[call-arg]

        self._kinds[kind] = repeat

        @wraps(function)
        def change(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            with MOTO_LOCK:
                if self._store is None or self._running is not None or self._given is not None:
                    return function(*args, **kwargs)  # part of a larger change, or not kept
                return self._made(kind, function, counts, args, kwargs)

        return change

    def _made(
        self,
        kind: str,
        function: Callable[..., Result],
        counts: Callable[[Result], bool],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Result:
        assert self._store is not None
        assert not kwargs, f"{kind} takes positional arguments"
        self._store.check_writable()
        command = Command(kind, time.time(), secrets.randbits(64), _caller(), list(args))
        try:
            with self._store.together():
                result = self._carried_out(command, function, args)
                if counts(result):
                    command_log.keep(self._store, command)
        finally:
            waiting, self._afterwards = self._afterwards, []
            for follow in waiting:
                follow()
        self._written()
        return result

    def _carried_out(
        self, command: Command, function: Callable[..., Result], args: tuple[Any, ...]
    ) -> Result:
        mock_random.seed(command.seed)
        self._running, self._thread = command, threading.get_ident()
        try:
            return function(*args)
        finally:
            self._running = None

    def asked(self, ask: Callable[[], Result]) -> Result:
        """What somebody outside moto answers: a plain value.

        Whom they ask in turn is part of their answer, and not kept apart.
        """
        if self._given is not None:
            return self._given.popleft() if self._given else None  # type: ignore[return-value]
        running = self._running
        if running is None or self._thread != threading.get_ident() or self._asking:
            return ask()
        self._asking = True
        try:
            answer = ask()
        finally:
            self._asking = False
        running.answers.append(answer)
        return answer

    def afterwards(self, follow: Callable[[], object]) -> None:
        """Call ``follow`` once the running change is kept; at once where none is running."""
        if self._running is not None and self._thread == threading.get_ident():
            self._afterwards.append(follow)
        else:
            follow()

    def repeat(self, commands: Any, move_clock: Callable[[float], object]) -> int:
        """Carry commands out again; how many. Those that fail are told in ``not_repeated``.

        Args:
            move_clock: makes it the time that it is given.
        """
        count = 0
        with MOTO_LOCK:
            for command in commands:
                count += 1
                move_clock(command.at)
                mock_random.seed(command.seed)
                self._given = deque(command.answers)
                token = current_call.set(CurrentCall(**command.caller))
                try:
                    self._kinds[command.kind](command.arguments)
                except Exception as error:
                    self.not_repeated.append(f"{command.kind}: {error!r}")
                finally:
                    current_call.reset(token)
                    self._given = None
        mock_random.seed(secrets.randbits(64))
        return count


def _nobody_listens() -> None:
    """Where nothing is kept."""


def _caller() -> dict[str, str]:
    return dict(vars(current_call.get()))  # asdict would copy what cannot change


CHANGES = Changes()
