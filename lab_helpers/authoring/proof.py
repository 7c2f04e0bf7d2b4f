"""One thing that was proved of a lab, or was not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """A claim about a lab and what came of it.

    Attributes:
        claim: ``solution: create_role`` and the like.
        fault: what was found instead; empty where the claim holds.
        seconds: how long it took to find out.
    """

    lab: str
    claim: str
    fault: str = ""
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        return not self.fault


class Stopwatch:
    """Seconds since it was last read."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last = monotonic()

    def lap(self) -> float:
        now = self._monotonic()
        taken, self._last = now - self._last, now
        return taken


Proofs = Iterator[Proof]
