"""All event source mappings at work: a poller for each one that is enabled.

Pollers follow what the control plane keeps: they start when a mapping becomes ``Enabled``, stop
when it is disabled or deleted, and start anew with new settings after an update.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from lab_helpers.clock import Clock
from lab_helpers.emulator.control_plane.records import EventSourceMapping
from lab_helpers.emulator.event_sources.wake_up import BackgroundTasks, WakeUp
from lab_helpers.emulator.journal import Journal

RESTART_AFTER_S = 1.0

logger = logging.getLogger(__name__)


class Poller(Protocol):
    """The reader of one mapping."""

    def wake(self) -> None:
        """The source has news."""

    def stop(self) -> None:
        """Read no more; ``run`` returns as soon as it can."""

    async def run(self) -> None:
        """Until stopped."""

    async def close(self) -> None:
        """End everything now."""


@dataclass
class _Running:
    poller: Poller
    mapping: EventSourceMapping
    task: asyncio.Task[None]


@dataclass
class _Followed:
    """A mapping, and whoever polls for it."""

    changed: WakeUp = field(default_factory=WakeUp)
    running: _Running | None = None


class MappingPollers:
    """Belongs to the event loop.

    Args:
        mappings: of a Region, in their present state, as copies.
        new_poller: for a mapping that is enabled; None for a source that is not read here.
        forget: called when a mapping is gone for good.
    """

    def __init__(
        self,
        mappings: Callable[[str], list[EventSourceMapping]],
        new_poller: Callable[[EventSourceMapping], Poller | None],
        forget: Callable[[str], None],
        clock: Clock,
        journal: Journal,
    ) -> None:
        self._mappings = mappings
        self._new_poller = new_poller
        self._forget = forget
        self._clock = clock
        self._journal = journal
        self._followed: dict[str, _Followed] = {}
        self._followers = BackgroundTasks()
        self._pollers = BackgroundTasks()
        self._stopped: set[Poller] = set()

    def mapping_changed(self, region: str, uuid: str) -> None:
        """The control plane created, updated or began to delete a mapping, or is done with it.

        A poller with settings of before reads no more from here on: what comes into the source
        once the new state was shown is read with the new settings.
        """
        followed = self._followed.get(uuid)
        if followed is None:
            followed = self._followed[uuid] = _Followed()
            self._followers.spawn(self._follow(region, uuid, followed))
        running = followed.running
        if running is not None and _is_outdated(running, self._mapping(region, uuid)):
            running.poller.stop()
        followed.changed.ring()

    def source_changed(self, source_arn: str) -> None:
        """Something arrived in a queue or a stream."""
        for followed in self._followed.values():
            running = followed.running
            if running is not None and _stream_or_queue(running.mapping) == source_arn:
                running.poller.wake()

    async def close(self) -> None:
        """End every poller and everything they are at, now."""
        await self._followers.close()
        running = [one.running.poller for one in self._followed.values() if one.running]
        for uuid in self._followed:
            self._forget(uuid)
        self._followed.clear()
        for poller in [*running, *self._stopped]:
            await poller.close()
        self._stopped.clear()
        await self._pollers.close()

    async def _follow(self, region: str, uuid: str, followed: _Followed) -> None:
        while True:
            followed.changed.clear()
            mapping = self._mapping(region, uuid)
            await self._adapt(followed, mapping)
            if mapping is None:
                del self._followed[uuid]
                self._forget(uuid)
                return
            until_s = mapping.ready_at - self._clock.now() if mapping.next_state else None
            await followed.changed.wait(self._clock, until_s)

    async def _adapt(self, followed: _Followed, mapping: EventSourceMapping | None) -> None:
        running = followed.running
        if running is not None and _is_outdated(running, mapping):
            followed.running = None
            running.poller.stop()
            self._stopped.add(running.poller)
            await running.task
        if mapping is not None and mapping.state == "Enabled" and followed.running is None:
            self._start(followed, mapping)

    def _mapping(self, region: str, uuid: str) -> EventSourceMapping | None:
        return next((one for one in self._mappings(region) if one.uuid == uuid), None)

    def _start(self, followed: _Followed, mapping: EventSourceMapping) -> None:
        poller = self._new_poller(mapping)
        if poller is None:
            return
        task = self._pollers.spawn(self._run(poller, mapping))
        followed.running = _Running(poller, mapping, task)
        self._journal.append(
            "mapping.polling", "", uuid=mapping.uuid, source_arn=mapping.event_source_arn
        )

    async def _run(self, poller: Poller, mapping: EventSourceMapping) -> None:
        """A fault in a poller must not stop the mapping for good."""
        while True:
            try:
                await poller.run()
            except Exception as error:
                logger.exception("the poller of mapping %s failed", mapping.uuid)
                self._journal.append("mapping.error", "", uuid=mapping.uuid, error=repr(error))
                await self._clock.sleep(RESTART_AFTER_S)
            else:
                return


def _is_outdated(running: _Running, mapping: EventSourceMapping | None) -> bool:
    """Whether the poller must end; it reads on with the old settings until an update is through."""
    if mapping is None:
        return True
    if (mapping.state, mapping.next_state) == ("Updating", "Enabled"):
        return False
    old = running.mapping
    return mapping.state != "Enabled" or (
        (mapping.function_arn, mapping.settings) != (old.function_arn, old.settings)
    )


def _stream_or_queue(mapping: EventSourceMapping) -> str:
    """The source's ARN; of a Kinesis consumer its stream's."""
    return (mapping.event_source_arn or "").split("/consumer/")[0]
