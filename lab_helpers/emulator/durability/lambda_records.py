"""Lambda's records on disk: a document per function, mapping and layer.

Written when an operation has changed them, before its answer goes out; all read at the start.
Fields that a later version adds take their defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from lab_helpers.emulator.control_plane.records import EventSourceMapping, Function, LayerVersion
from lab_helpers.emulator.control_plane.state import LambdaState, RegionState
from lab_helpers.emulator.durability.account_store import AccountStore

FUNCTION, MAPPING, LAYER, COUNTERS = "function", "mapping", "layer", "lambda-counters"
KINDS = (FUNCTION, MAPPING, LAYER, COUNTERS)

Record = TypeVar("Record")
Key = tuple[str, str]
"""(kind, ``region/name``)"""


class LambdaRecords:
    """Keeps what ``state`` holds."""

    def __init__(self, store: AccountStore, state: LambdaState) -> None:
        self._store = store
        self._state = state
        self._kept: dict[Key, bytes] = {}

    def load(self) -> None:
        """Fill the empty state with what was kept."""
        with self._state.lock:
            for name, content in self._read(FUNCTION):
                function = msgspec.json.decode(content, type=Function)
                self._state.region(_region(name)).functions[function.name] = function
            for name, content in self._read(MAPPING):
                mapping = msgspec.json.decode(content, type=EventSourceMapping)
                self._state.region(_region(name)).event_source_mappings[mapping.uuid] = mapping
            for name, content in self._read(LAYER):
                versions = msgspec.json.decode(content, type=list[LayerVersion])
                layers = self._state.region(_region(name)).layers
                layers[versions[0].name] = {one.version: one for one in versions}
            for region, content in self._read(COUNTERS):
                counters = msgspec.json.decode(content, type=dict[str, dict[str, int]])
                self._state.region(region).last_version_numbers.update(counters["versions"])
                self._state.region(region).last_layer_numbers.update(counters["layers"])

    def save_function(self, region: str, name: str) -> None:
        """Write one function, after an operation that changes no other. Raises NotKeptError."""
        with self._state.lock, self._store.together():
            state, key = self._state.region(region), (FUNCTION, f"{region}/{name}")
            function = state.functions.get(name)
            if function is None:
                self.save(region)
                return
            for changed, content in (
                (key, msgspec.json.encode(function)),
                _counters(region, state),
            ):
                if self._kept.get(changed) != content:
                    self._store.put_document(*changed, content)
                    self._kept[changed] = content

    def save(self, region: str) -> None:
        """Write all that has changed in this Region. Raises NotKeptError."""
        with self._state.lock, self._store.together():
            present = dict(_documents(region, self._state.region(region)))
            for key, content in present.items():
                if self._kept.get(key) != content:
                    self._store.put_document(*key, content)
            gone = [key for key in self._kept if _region(key[1]) == region and key not in present]
            for key in gone:
                self._store.drop_document(*key)
                del self._kept[key]
            self._kept.update(present)

    def forget(self) -> None:
        """The store was cleared."""
        self._kept.clear()

    def _read(self, kind: str) -> Iterator[tuple[str, bytes]]:
        for name, content in self._store.documents(kind):
            self._kept[kind, name] = content
            yield name, content


def _documents(region: str, state: RegionState) -> Iterator[tuple[Key, bytes]]:
    for name, function in state.functions.items():
        yield (FUNCTION, f"{region}/{name}"), msgspec.json.encode(function)
    for uuid, mapping in state.event_source_mappings.items():
        yield (MAPPING, f"{region}/{uuid}"), msgspec.json.encode(mapping)
    for name, versions in state.layers.items():
        if versions:
            yield (LAYER, f"{region}/{name}"), msgspec.json.encode(list(versions.values()))
    yield _counters(region, state)


def _counters(region: str, state: RegionState) -> tuple[Key, bytes]:
    counters: dict[str, Any] = {
        "versions": state.last_version_numbers,
        "layers": state.last_layer_numbers,
    }
    return (COUNTERS, region), msgspec.json.encode(counters)


def _region(name: str) -> str:
    return name.split("/", 1)[0]
