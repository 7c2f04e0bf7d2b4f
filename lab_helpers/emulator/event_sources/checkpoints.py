"""How far each mapping has read each shard: kept while it is disabled or updated."""

from __future__ import annotations

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


@dataclass
class Checkpoints:
    """Positions by mapping and lane. A position is of the last record that is done with."""

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

    def reach(self, uuid: str, lane: Lane, position: int) -> None:
        lanes = self._positions.setdefault(uuid, {})
        lanes[lane] = max(position, lanes.get(lane, BEGINNING))

    def finish(self, uuid: str, shard_id: str) -> None:
        """A closed shard was read to its end."""
        self._finished.setdefault(uuid, set()).add(shard_id)

    def is_finished(self, uuid: str, shard_id: str) -> bool:
        return shard_id in self._finished.get(uuid, ())

    def forget(self, uuid: str) -> None:
        self._positions.pop(uuid, None)
        self._finished.pop(uuid, None)
