"""Time as a parameter: whoever waits or stamps takes a ``Clock``, so that no test sleeps."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the project needs of time."""

    def now(self) -> float:
        """Seconds since the Unix epoch."""

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back; only differences mean something."""

    async def sleep(self, seconds: float) -> None:
        """Wait; returns at once for ``seconds <= 0``."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.perf_counter()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


class ScaledClock:
    """A clock whose *waits* are ``scale`` times shorter; what it tells is the real time.

    AWS waits one minute before the first asynchronous retry; with a scale of 60 a learner
    waits one second and is shown AWS's minute. See ``docs/design.md``, "Time".
    """

    def __init__(self, base: Clock, scale: float) -> None:
        if scale <= 0:
            raise ValueError(f"the time scale must be above 0, got {scale}")
        self._base = base
        self.scale = scale

    def now(self) -> float:
        return self._base.now()

    def monotonic(self) -> float:
        return self._base.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._base.sleep(seconds / self.scale)


def iso_milliseconds(epoch_s: float) -> str:
    """``2026-11-22T01:02:03.456Z``: the form S3 events and Lambda's JSON logs use."""
    moment = datetime.fromtimestamp(epoch_s, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def iso_seconds(epoch_s: float) -> str:
    """``2026-11-22T01:02:03Z``: the form EventBridge, stream records and policies use."""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
