"""Waiting for news, or for some time, whichever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from lab_helpers.clock import Clock


class WakeUp:
    """A bell. Rung while nobody waits, it is heard by the next who waits.

    Belongs to the event loop: whoever rings from another thread goes through the loop.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()

    def clear(self) -> None:
        """Take back what was rung so far: before a look, so that no later ring is missed."""
        self._event.clear()

    @property
    def is_rung(self) -> bool:
        return self._event.is_set()

    async def wait(self, clock: Clock, at_most_s: float | None = None) -> bool:
        """Until the bell rings, or ``at_most_s`` on ``clock`` have passed. Did it ring?"""
        if at_most_s is None:
            await self._event.wait()
            return True
        return not await finished_first(clock.sleep(at_most_s), self._event.wait())


async def finished_first(
    one: Coroutine[Any, Any, object], other: Coroutine[Any, Any, object]
) -> bool:
    """Run both until one is done, then cancel the other. Was ``other`` not the one that ended?"""
    tasks = asyncio.ensure_future(one), asyncio.ensure_future(other)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return not tasks[1].done()
    finally:
        for task in tasks:
            task.cancel()


class BackgroundTasks:
    """Tasks that somebody must end: held while they run, cancelled by ``close``."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        while self._tasks:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
