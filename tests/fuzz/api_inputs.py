"""Inputs for AWS operations, drawn from botocore's own service models.

Mostly well-formed: names of resources that exist, values from enumerations and within limits. Now
and then something that a client library would not send: a missing member, an empty or much too
long text, a number out of range.
"""

from __future__ import annotations

import datetime
from typing import Any

from botocore.model import (
    ListShape,
    MapShape,
    OperationModel,
    Shape,
    StringShape,
    StructureShape,
)
from hypothesis import strategies as st

DEEPEST = 4
ODD_TEXTS = ("", " ", "x" * 300, "a/b", "日本", "../..", "%00", "null", "{}", "*", "arn:aws:", "-1")
ODD_NUMBERS = (0, -1, 1, 2**31, 2**63, -(2**63))


class InputMaker:
    """Draws inputs. ``known`` are the names and ARNs of what exists."""

    def __init__(self, known: dict[str, list[str]]) -> None:
        self._known = known
        self._any_name = sorted({name for names in known.values() for name in names})

    def inputs(self, operation: OperationModel) -> st.SearchStrategy[dict[str, Any]]:
        shape = operation.input_shape
        return st.just({}) if shape is None else self._structure(shape, 0)

    def _of(self, shape: Shape, name: str, depth: int) -> st.SearchStrategy[Any]:
        if isinstance(shape, StructureShape):
            return self._document() if shape.is_document_type else self._structure(shape, depth)
        if isinstance(shape, ListShape):
            return st.lists(self._of(shape.member, name, depth + 1), max_size=2)
        if isinstance(shape, MapShape):
            key = self._text(shape.key, name)
            return st.dictionaries(key, self._of(shape.value, name, depth + 1), max_size=2)
        if isinstance(shape, StringShape) or shape.type_name in ("string", "character"):
            return self._text(shape, name)
        return _SCALARS[shape.type_name](shape)

    def _structure(self, shape: StructureShape, depth: int) -> st.SearchStrategy[dict[str, Any]]:
        required: dict[str, st.SearchStrategy[Any]] = {}
        optional: dict[str, st.SearchStrategy[Any]] = {}
        for name, member in shape.members.items():
            if name in _LEFT_OUT:
                continue
            wanted = name in shape.required_members
            if depth >= DEEPEST and not wanted:
                continue
            if depth > 2 * DEEPEST:  # a shape that holds itself
                continue
            (required if wanted else optional)[name] = st.deferred(
                lambda member=member, name=name: self._of(member, name, depth + 1)  # type: ignore[misc]
            )
        if shape.is_tagged_union and optional:
            return st.one_of([st.fixed_dictionaries({k: v}) for k, v in optional.items()])
        complete = st.fixed_dictionaries(required, optional=optional)
        if depth == 0 and required:
            lacking = st.sampled_from(sorted(required))
            incomplete = st.builds(_without, complete, lacking)
            return st.one_of(complete, complete, complete, incomplete)
        return complete

    def _text(self, shape: Shape, name: str) -> st.SearchStrategy[str]:
        enumeration = list(getattr(shape, "enum", []) or [])
        if enumeration:
            return st.one_of(st.sampled_from(enumeration), st.sampled_from((*ODD_TEXTS, "x")))
        fitting = [
            value
            for part, values in self._known.items()
            if part.lower() in name.lower()
            for value in values
        ]
        likely = st.sampled_from(fitting or self._any_name)
        return st.one_of(likely, likely, st.sampled_from(ODD_TEXTS), st.text(max_size=12))

    @staticmethod
    def _document() -> st.SearchStrategy[Any]:
        return st.dictionaries(st.text(max_size=4), st.integers(), max_size=2)


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _integer(shape: Shape) -> st.SearchStrategy[int]:
    low = int(shape.metadata.get("min", 0))
    high = int(shape.metadata.get("max", 1000))
    within = st.integers(min(low, high), max(low, high))
    return st.one_of(within, within, st.sampled_from(ODD_NUMBERS))


_MOMENTS = st.datetimes(datetime.datetime(1970, 1, 2), datetime.datetime(2200, 1, 1))
_SCALARS: dict[str, Any] = {
    "integer": _integer,
    "long": _integer,
    "float": lambda shape: st.floats(allow_nan=False, allow_infinity=False, width=32),
    "double": lambda shape: st.floats(allow_nan=False, allow_infinity=False),
    "boolean": lambda shape: st.booleans(),
    "timestamp": lambda shape: _MOMENTS,
    "blob": lambda shape: st.binary(max_size=40),
}
_LEFT_OUT = frozenset({"WaitTimeSeconds", "ContentLength"})
"""Members that make an operation wait: for messages, for a body that never comes."""
