"""Lambda's records on disk: a document per function, mapping and layer.

Written when an operation has changed them, before its answer goes out; all read at the start.
Fields that a later version adds take their defaults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from lab_helpers.emulator.control_plane.records import EventSourceMapping, Function, LayerVersion
from lab_helpers.emulator.control_plane.state import LambdaState, RegionState
from lab_helpers.emulator.durability.account_store import AccountStore

FUNCTION, MAPPING, LAYER = "function", "mapping", "layer"
VERSION_NUMBER, LAYER_NUMBER = "function-version-number", "layer-version-number"
COUNTERS = "lambda-counters"
"""Of accounts written by versions that kept all numbers of a Region in one document."""

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
            self._load_numbers()

    def _load_numbers(self) -> None:
        for region, content in self._read(COUNTERS):
            counters = msgspec.json.decode(content, type=dict[str, dict[str, int]])
            self._state.region(region).last_version_numbers.update(counters["versions"])
            self._state.region(region).last_layer_numbers.update(counters["layers"])
        for name, content in self._read(VERSION_NUMBER):
            region, function = name.split("/", 1)
            self._state.region(region).last_version_numbers[function] = int(content)
        for name, content in self._read(LAYER_NUMBER):
            region, layer = name.split("/", 1)
            self._state.region(region).last_layer_numbers[layer] = int(content)

    def save_one(self, region: str, kind: str, name: str) -> None:
        """Write a function, a mapping or a layer that has changed. Raises NotKeptError.

        Costs the same however many others there are.
        """
        with self._state.lock, self._store.together():
            state = self._state.region(region)
            for key in _keys_of(kind, f"{region}/{name}"):
                self._keep(key, _content(key, state))

    def save(self, region: str) -> None:
        """Write all that has changed in this Region, whatever it is. Raises NotKeptError."""
        with self._state.lock, self._store.together():
            state = self._state.region(region)
            known = {key for key in self._kept if _region(key[1]) == region}
            for key in sorted(known | set(_keys(region, state))):
                self._keep(key, _content(key, state))

    def save_all(self) -> None:
        """The same of every Region."""
        for region in list(self._state.regions):
            self.save(region)

    def _keep(self, key: Key, content: bytes | None) -> None:
        """``content`` None: it is gone."""
        if self._kept.get(key) == content:
            return
        if content is None:
            self._store.drop_document(*key)
            del self._kept[key]
        else:
            self._store.put_document(*key, content)
            self._kept[key] = content

    def forget(self) -> None:
        """The store was cleared."""
        self._kept.clear()

    def _read(self, kind: str) -> Iterator[tuple[str, bytes]]:
        for name, content in self._store.documents(kind):
            self._kept[kind, name] = content
            yield name, content


def _by_kind(state: RegionState) -> dict[str, Mapping[str, Any]]:
    return {
        FUNCTION: state.functions,
        MAPPING: state.event_source_mappings,
        LAYER: state.layers,
        VERSION_NUMBER: state.last_version_numbers,
        LAYER_NUMBER: state.last_layer_numbers,
    }


def _keys(region: str, state: RegionState) -> Iterator[Key]:
    for kind, records in _by_kind(state).items():
        for name in records:
            yield kind, f"{region}/{name}"


def _keys_of(kind: str, name: str) -> Iterator[Key]:
    """The record and what counts its versions."""
    yield kind, name
    if kind in (FUNCTION, LAYER):
        yield (VERSION_NUMBER if kind == FUNCTION else LAYER_NUMBER), name


def _content(key: Key, state: RegionState) -> bytes | None:
    """None where there is no such record."""
    kind, name = key[0], key[1].split("/", 1)[-1]
    found = _by_kind(state).get(kind, {}).get(name)
    if kind == LAYER:
        found = list((found or {}).values()) or None  # its versions
    return None if found is None else msgspec.json.encode(found)


def _region(name: str) -> str:
    return name.split("/", 1)[0]
