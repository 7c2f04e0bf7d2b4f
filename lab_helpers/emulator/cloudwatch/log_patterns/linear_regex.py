"""AWS's part of the regular expressions, searched in time that grows with the text's length only.

It has no groups, so a pattern is alternatives of characters in a row, each with a quantifier: all
places of a row that can be reached are followed at once. Python's own engine tries one way after
the other, and ``a*a*a*b`` on one long line of a log would keep the cloud busy for hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_PLACES = 2000
"""Of a pattern, its counted repetitions written out."""

_ATOM = re.compile(r"\\x[0-9A-Fa-f]{2}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_QUANTIFIER = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}")


class TooLongError(ValueError):
    """The pattern has too many places, or counts from more to less."""


@dataclass(frozen=True)
class _Place:
    """One character of a row. Attributes: optional: may be left out; repeated: may come again."""

    wanted: re.Pattern[str]
    optional: bool
    repeated: bool


class LinearRegex:
    """A compiled pattern.

    Args:
        source: of characters that AWS takes; Python compiles it too.

    Raises:
        TooLongError: see there.
        re.error: one of its parts is no regular expression.
    """

    def __init__(self, source: str) -> None:
        self._rows = [_Row(alternative) for alternative in _alternatives(source)]

    def search(self, text: str) -> bool:
        """Whether the pattern is found anywhere in the text."""
        return any(row.search(text) for row in self._rows)


class _Row:
    """One alternative: characters in a row, anchored or not."""

    def __init__(self, source: str) -> None:
        atoms = [match.group() for match in _ATOM.finditer(source)]
        self._from_start = atoms[:1] == ["^"]
        self._to_end = atoms[-1:] == ["$"] and source[-2:-1] != "\\"
        inner = source[self._from_start : len(source) - self._to_end]
        self._places = list(_places(inner))
        if len(self._places) > MOST_PLACES:
            raise TooLongError
        self._first = self._reached(0)
        self._known: dict[tuple[int, str], bool] = {}

    def _reached(self, place: int) -> frozenset[int]:
        """``place``, and what follows it where it may be left out, up to the row's end."""
        found = {place}
        while place < len(self._places) and self._places[place].optional:
            place += 1
            found.add(place)
        return frozenset(found)

    def search(self, text: str) -> bool:
        end = len(self._places)
        active: set[int] = set(self._first)
        for number, character in enumerate(text):
            if end in active and self._may_end(text, number):
                return True
            active = self._after(active, character)
            if not self._from_start:
                active |= self._first
            elif not active:
                return False
        return end in active

    def _may_end(self, text: str, number: int) -> bool:
        """``$`` also stands before the line end that closes the text."""
        return not self._to_end or (number == len(text) - 1 and text[number] == "\n")

    def _after(self, active: set[int], character: str) -> set[int]:
        found: set[int] = set()
        for place in active:
            if place < len(self._places) and self._accepts(place, character):
                found |= self._reached(place + 1)
                if self._places[place].repeated:
                    found |= self._reached(place)
        return found

    def _accepts(self, place: int, character: str) -> bool:
        key = place, character
        if key not in self._known:
            if len(self._known) > 100 * MOST_PLACES:
                self._known.clear()
            self._known[key] = self._places[place].wanted.fullmatch(character) is not None
        return self._known[key]


def _alternatives(source: str) -> Iterator[str]:
    """Split at each bar that is neither escaped nor in brackets."""
    parts = [""]
    for match in _ATOM.finditer(source):
        if match.group() == "|":
            parts.append("")
        else:
            parts[-1] += match.group()
    yield from parts


def _places(source: str) -> Iterator[_Place]:
    at = 0
    while at < len(source):
        atom = _ATOM.match(source, at)
        assert atom is not None  # any character is an atom
        quantifier = _QUANTIFIER.match(source, atom.end())
        at = quantifier.end() if quantifier else atom.end()
        # An anchor within a row holds nowhere: no character is both a part of it and an end.
        wanted = re.compile(r"(?!)" if atom.group() in "^$" else atom.group(), re.ASCII)
        yield from _repeated(wanted, quantifier)


def _repeated(wanted: re.Pattern[str], quantifier: re.Match[str] | None) -> Iterator[_Place]:
    if quantifier is None:
        yield _Place(wanted, optional=False, repeated=False)
        return
    text = quantifier.group()
    if text in "*+?":
        yield _Place(wanted, optional=text != "+", repeated=text != "?")
        return
    least = int(quantifier[1] or 0)
    most = None if quantifier[2] and not quantifier[3] else int(quantifier[3] or least)
    if max(least, most or 0) > MOST_PLACES or (most is not None and most < least):
        raise TooLongError
    for _ in range(least):
        yield _Place(wanted, optional=False, repeated=False)
    if most is None:
        yield _Place(wanted, optional=True, repeated=True)
    for _ in range((most or 0) - least):
        yield _Place(wanted, optional=True, repeated=False)
