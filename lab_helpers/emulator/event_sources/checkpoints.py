"""How far each mapping has read each shard: kept while it is disabled or updated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

BEGINNING = -1


@dataclass(frozen=True)
class Lane:
    """One of the parallel readers of a shard: ``number`` of ``count``.

    With a parallelisation factor of ``count`` a shard's records are shared out by their
    partition keys, so that records with equal keys stay in one lane and in order.
    """

    shard_id: str
    number: int = 0
    count: int = 1


@dataclass(frozen=True)
class MappingPositions:
    """Of one mapping, as a value to keep; positions as text, they may have 56 digits."""

    lanes: list[tuple[Lane, str]]
    finished_shards: list[str]


@dataclass
class Checkpoints:
    """Positions by mapping and lane. A position is of the last record that is done with.

    Args:
        changed: called with a mapping's UUID when its positions have changed.
    """

    changed: Callable[[str], None] = field(default=lambda uuid: None)
    _positions: dict[str, dict[Lane, int]] = field(default_factory=dict)
    _finished: dict[str, set[str]] = field(default_factory=dict)

    def position(self, uuid: str, lane: Lane) -> int:
        """Where to go on. After a change of the number of lanes: where the slowest one was."""
        lanes = self._positions.get(uuid, {})
        if lane in lanes:
            return lanes[lane]
        others = [position for one, position in lanes.items() if one.shard_id == lane.shard_id]
        return min(others, default=BEGINNING)

    def begin(self, uuid: str, lanes: list[Lane]) -> None:
        """These lanes read the shard from now on; those of an earlier count are forgotten."""
        starts = {lane: self.position(uuid, lane) for lane in lanes}
        known = self._positions.setdefault(uuid, {})
        for lane in [one for one in known if one.shard_id == lanes[0].shard_id]:
            del known[lane]
        known.update(starts)
        self.changed(uuid)

    def reach(self, uuid: str, lane: Lane, position: int) -> None:
        lanes = self._positions.setdefault(uuid, {})
        lanes[lane] = max(position, lanes.get(lane, BEGINNING))
        self.changed(uuid)

    def finish(self, uuid: str, shard_id: str) -> None:
        """A closed shard was read to its end."""
        self._finished.setdefault(uuid, set()).add(shard_id)
        self.changed(uuid)

    def is_finished(self, uuid: str, shard_id: str) -> bool:
        return shard_id in self._finished.get(uuid, ())

    def forget(self, uuid: str) -> None:
        self._positions.pop(uuid, None)
        self._finished.pop(uuid, None)
        self.changed(uuid)

    def of(self, uuid: str) -> MappingPositions | None:
        """None where the mapping has not begun to read, or is gone."""
        if uuid not in self._positions and uuid not in self._finished:
            return None
        return MappingPositions(
            [(lane, str(position)) for lane, position in self._positions.get(uuid, {}).items()],
            sorted(self._finished.get(uuid, ())),
        )

    def restore(self, uuid: str, kept: MappingPositions) -> None:
        """As they were when the cloud was last on."""
        self._positions[uuid] = {lane: int(position) for lane, position in kept.lanes}
        self._finished[uuid] = set(kept.finished_shards)
