"""Ctrl-C, a closed terminal and a polite kill, turned into a question that loops ask."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType


class Interrupts:
    """While entered, the signals that end a program only set a flag here.

    An exception out of a signal handler could strike between the start of a child and our noting
    it, and leave the child behind; a flag cannot. The first signal asks to stop, the second one to
    stop at once.
    """

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._hurry = threading.Event()

    def __enter__(self) -> Interrupts:
        names = ["SIGINT", "SIGTERM", "SIGBREAK" if sys.platform == "win32" else "SIGHUP"]
        self._before = {number: signal.signal(number, self._note) for number in map(_number, names)}
        return self

    def __exit__(self, *_exc: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked.is_set():
            self._hurry.set()
        self._asked.set()

    def asked_to_stop(self) -> bool:
        return self._asked.is_set()

    def in_a_hurry(self) -> bool:
        return self._hurry.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Sleep until asked to stop; False when the time is over first."""
        return self._asked.wait(timeout_s)


def _number(name: str) -> signal.Signals:
    return signal.Signals[name]
