"""Conditions on fields in order: ``[ip, user, ..., status_code = 4*, bytes > 1000]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab_helpers.emulator.cloudwatch.log_patterns.comparisons import read_comparison
from lab_helpers.emulator.cloudwatch.log_patterns.condition_trees import read_conditions
from lab_helpers.emulator.cloudwatch.log_patterns.pattern_scanner import (
    LogPatternError,
    PatternScanner,
)

_NAME = re.compile(r"[A-Za-z0-9_\-.]+")
_BARE = re.compile(r"[^\s\",()\[\]&|%]+(?:[ \t]+[^\s\",()\[\]&|%]+)*")
_FIELD = re.compile(r"\[([^\]]*)\](?!\S)|\"([^\"]*)\"(?!\S)|(\S+)")
"""Of a message: what stands in brackets or quotes is one field, without them."""


@dataclass(frozen=True)
class Field:
    """One place of the pattern.

    Attributes:
        name: empty where the pattern gives none.
    """

    name: str
    holds: Callable[[str], bool]


@dataclass(frozen=True)
class SpaceDelimitedPattern:
    """Fields before and after an ellipsis; without one, the last field holds the message's rest.

    Attributes:
        after: None where the pattern has no ellipsis.
    """

    before: tuple[Field, ...]
    after: tuple[Field, ...] | None

    @property
    def has_fields(self) -> bool:
        return True

    def match(self, message: str) -> dict[str, str] | None:
        texts = self._split(message)
        if texts is None:
            return None
        gap = len(texts) - len(self.before) - len(self.after or ())
        fields: list[Field] = [*self.before, *[_ANYTHING] * gap, *(self.after or ())]
        pairs = list(zip(fields, texts, strict=True))
        if not all(field.holds(text) for field, text in pairs):
            return None
        return {f"${field.name or place}": text for place, (field, text) in enumerate(pairs, 1)}

    def value(self, selector: str, message: str) -> str | None:
        return (self.match(message) or {}).get(selector)

    def _split(self, message: str) -> list[str] | None:
        """The message's fields; None where there are not enough of them."""
        found = list(_FIELD.finditer(message))
        named = len(self.before) + len(self.after or ())
        if len(found) < named:
            return None
        if self.after is None and len(found) > named:
            last = found[named - 1]
            texts = [_content(one) for one in found[: named - 1]]
            return [*texts, message[last.start() :].rstrip()]
        return [_content(one) for one in found]


_ANYTHING = Field("", lambda text: True)


def read_space_delimited_pattern(text: str) -> SpaceDelimitedPattern:
    """Raises LogPatternError. ``[]`` is any number of fields without names."""
    scanner = PatternScanner(text)
    scanner.skip_space()
    scanner.need("[")
    parts: list[list[Field]] = [[]]
    scanner.skip_space()
    if scanner.sees("]"):
        parts.append([])
    while not scanner.take("]"):
        _read_place(scanner, parts)
        scanner.skip_space()
        if not scanner.sees("]"):
            scanner.need(",")
            scanner.skip_space()
            if scanner.sees("]"):  # "[a, b,]" has a third field
                parts[-1].append(_ANYTHING)
    scanner.skip_space()
    if not scanner.at_end or len(parts) > 2 or _twice(parts):
        raise LogPatternError
    return SpaceDelimitedPattern(tuple(parts[0]), tuple(parts[1]) if len(parts) > 1 else None)


def _read_place(scanner: PatternScanner, parts: list[list[Field]]) -> None:
    if scanner.take("..."):
        parts.append([])
    elif scanner.sees(","):
        parts[-1].append(_ANYTHING)
    else:
        parts[-1].append(_read_field(scanner))


def _read_field(scanner: PatternScanner) -> Field:
    """``name``, or conditions that all begin with the field's name."""
    names: list[str] = []

    def read_one(scanner: PatternScanner) -> Callable[[str], bool]:
        name = scanner.take_match(_NAME)
        if not name or name != (names or [name])[0]:
            raise LogPatternError
        names.append(name)
        scanner.skip_space()
        if scanner.sees(",") or scanner.sees("]"):
            return lambda text: True
        return read_comparison(scanner, _BARE).holds

    holds = read_conditions(scanner, read_one)
    return Field(names[0], holds)


def _twice(parts: Sequence[Sequence[Field]]) -> bool:
    names = [field.name for part in parts for field in part if field.name]
    return len(names) != len(set(names))


def _content(field: re.Match[str]) -> str:
    return next(text for text in field.groups() if text is not None)
