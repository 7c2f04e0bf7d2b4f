"""Event patterns: the language of filter criteria and of EventBridge rules.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
A pattern has the shape of the event. Its leaves are arrays of what is accepted; all fields must
match, each by one of its leaf's entries. Arrays in the event are looked through: one element
must fulfil all that is asked below the array's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lab_helpers.emulator.event_sources.filter_operators import (
    OPERATOR_NAMES,
    FilterPatternError,
    Test,
    exactly,
    operator,
)

__all__ = ["FilterPattern", "FilterPatternError", "is_filter_pattern"]

DEEPEST_PATTERN = 100
"""Levels of objects; deeper ones are refused rather than left to Python's stack."""

_MISSING = object()
_Objects = list[dict[str, Any]]


@dataclass(frozen=True)
class _Leaf:
    """``["a", {"prefix": "b"}]``: any of the tests, or presence or absence itself."""

    tests: tuple[Test, ...]
    present: bool
    absent: bool

    def matches(self, key: str, event: Mapping[str, Any], everywhere: _Objects) -> bool:
        if self.absent and not any(_has_leaf(one.get(key, _MISSING)) for one in everywhere):
            return True
        values = list(_leaf_values(event.get(key, _MISSING)))
        if self.present and values:
            return True
        return any(test(value) for value in values for test in self.tests)


@dataclass(frozen=True)
class _AnyOf:
    """``$or``: one of these objects."""

    alternatives: tuple[_Fields, ...]

    @property
    def absent(self) -> bool:
        return any(one.absent for one in self.alternatives)

    def matches(self, key: str, event: Mapping[str, Any], everywhere: _Objects) -> bool:
        return any(one.match(event, everywhere) for one in self.alternatives)


@dataclass(frozen=True)
class _Fields:
    """An object of the pattern: every field must match."""

    fields: tuple[tuple[str, _Leaf | _Fields | _AnyOf], ...]

    @cached_property
    def absent(self) -> bool:
        """Is absence asked for, here or below? Else nobody looks at ``everywhere``."""
        return any(node.absent for _, node in self.fields)

    def match(self, event: Mapping[str, Any], everywhere: _Objects) -> bool:
        """Args: everywhere: all objects of the event at this place, ``event`` among them; what
        must be absent must be so in each."""
        return all(node.matches(key, event, everywhere) for key, node in self.fields)

    def matches(self, key: str, event: Mapping[str, Any], everywhere: _Objects) -> bool:
        inner: _Objects = []
        if self.absent:
            inner = [found for one in everywhere for found in _objects(one.get(key, _MISSING))]
        # Without an object to look into, all fields below are absent.
        candidates = list(_objects(event.get(key, _MISSING))) or [{}]
        return any(self.match(candidate, inner) for candidate in candidates)


class FilterPattern:
    """A parsed pattern."""

    def __init__(self, root: _Fields) -> None:
        self._root = root

    @classmethod
    def parse(cls, text: str) -> FilterPattern:
        """Raises FilterPatternError where ``text`` is no pattern."""
        try:
            return cls.from_json(json.loads(text, parse_constant=_no_such_constant))
        except (ValueError, RecursionError) as error:
            if isinstance(error, FilterPatternError):
                raise
            raise FilterPatternError(f"Filter is not valid JSON: {error}") from error

    @classmethod
    def from_json(cls, pattern: Any) -> FilterPattern:
        """Raises FilterPatternError where ``pattern`` is none."""
        if not isinstance(pattern, dict):
            raise FilterPatternError("Filter is not an object")
        return cls(_fields(pattern, 1))

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether an event, as JSON gives it to Python, is one that the pattern asks for."""
        root = dict(event)
        return self._root.match(root, [root])

    def looks_into(self, key: str) -> set[bool]:
        """How the pattern's top level asks for ``key``: into it as an object (True), for its own
        value (False); both where alternatives differ, nothing where it is not mentioned."""
        return _looks_into(self._root, key)


def is_filter_pattern(text: str) -> bool:
    """Whether Lambda accepts ``text`` as a filter's pattern."""
    try:
        FilterPattern.parse(text)
    except FilterPatternError:
        return False
    return True


def _looks_into(fields: _Fields, key: str) -> set[bool]:
    kinds: set[bool] = set()
    for name, node in fields.fields:
        if isinstance(node, _AnyOf):
            kinds.update(*(_looks_into(one, key) for one in node.alternatives))
        elif name == key:
            kinds.add(isinstance(node, _Fields))
    return kinds


def _no_such_constant(name: str) -> Any:
    raise FilterPatternError(f"Filter is not valid JSON: {name}")


def _fields(pattern: dict[str, Any], depth: int) -> _Fields:
    if not pattern:
        raise FilterPatternError("Empty objects are not allowed")
    if depth > DEEPEST_PATTERN:
        raise FilterPatternError(f"Patterns may be {DEEPEST_PATTERN} levels deep")
    return _Fields(tuple((key, _node(key, value, depth)) for key, value in pattern.items()))


def _node(key: str, value: Any, depth: int) -> _Leaf | _Fields | _AnyOf:
    if key == "$or" and _is_or(value):
        return _AnyOf(tuple(_fields(one, depth + 1) for one in value))
    if isinstance(value, dict):
        return _fields(value, depth + 1)
    if isinstance(value, list):
        return _leaf(value)
    raise FilterPatternError(f'"{key}" must be an object or an array')


def _is_or(value: Any) -> bool:
    """Two objects or more that name fields, not operators; else ``$or`` is a field's name."""
    return (
        isinstance(value, list)
        and len(value) >= 2
        and all(isinstance(one, dict) and not OPERATOR_NAMES & one.keys() for one in value)
    )


def _leaf(entries: list[Any]) -> _Leaf:
    if not entries:
        raise FilterPatternError("Empty arrays are not allowed")
    tests: list[Test] = []
    exists: set[bool] = set()
    for entry in entries:
        if isinstance(entry, list):
            raise FilterPatternError("Match value must be String, number, true, false, or null")
        if not isinstance(entry, dict):
            tests.append(exactly(entry))
            continue
        if len(entry) != 1:
            raise FilterPatternError("Only one key allowed in match expression")
        ((name, argument),) = entry.items()
        if name != "exists":
            tests.append(operator(name, argument))
        elif isinstance(argument, bool):
            exists.add(argument)
        else:
            raise FilterPatternError("exists match pattern must be either true or false.")
    return _Leaf(tuple(tests), True in exists, False in exists)


def _has_leaf(value: Any) -> bool:
    return any(True for _ in _leaf_values(value))


def _leaf_values(value: Any) -> Iterator[Any]:
    """The scalars of a field: itself, or those in its arrays. An object is not a leaf."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        elif one is not _MISSING and not isinstance(one, dict):
            yield one


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a field: itself, or those in its arrays."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, dict):
            yield one
