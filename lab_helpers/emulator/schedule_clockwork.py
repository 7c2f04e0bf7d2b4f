"""Schedules come round: one sleeping task for each.

Time is scaled: a rate of one minute fires every second where a minute lasts one. The events
carry the times that the schedule names, which therefore run ahead of the clock on the wall.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from lab_helpers.clock import Clock
from lab_helpers.emulator.push_events.schedule_entry import ScheduleEntry
from lab_helpers.emulator.push_events.schedules import ScheduleError, next_time

Entries = Callable[[], Iterable[ScheduleEntry]]
Fire = Callable[[ScheduleEntry, float], None]


class ScheduleClockwork:
    """Belongs to the event loop; what is fired runs beside it."""

    def __init__(self, waits: Clock, entries: Entries, fire: Fire) -> None:
        self._waits = waits
        self._entries = entries
        self._fire = fire
        self._running: dict[ScheduleEntry, asyncio.Task[None]] = {}

    async def refresh(self) -> None:
        """Schedules were made, changed or deleted."""
        wanted = set(await asyncio.to_thread(lambda: list(self._entries())))
        for entry in [one for one in self._running if one not in wanted]:
            self._running.pop(entry).cancel()
        for entry in wanted - set(self._running):
            self._running[entry] = asyncio.get_running_loop().create_task(self._run(entry))

    async def close(self) -> None:
        tasks = list(self._running.values())
        self._running.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, entry: ScheduleEntry) -> None:
        now = self._waits.now()
        while True:
            moment = _next(entry, now)
            if moment is None or (entry.end is not None and moment > entry.end):
                return
            await self._waits.sleep(moment - now)
            now = moment
            if entry.begin is None or moment >= entry.begin:
                await asyncio.to_thread(self._fire, entry, moment)


def _next(entry: ScheduleEntry, after: float) -> float | None:
    try:
        return next_time(entry.expression, after, ZoneInfo(entry.time_zone))
    except ScheduleError:
        return None
