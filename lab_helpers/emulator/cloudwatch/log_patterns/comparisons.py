"""``= 4*``, ``!= "Yes"``, ``> 1e+3``, ``=%^a%``: an operator and what a value is compared with."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from lab_helpers.emulator.cloudwatch.log_patterns.pattern_scanner import (
    LogPatternError,
    PatternScanner,
)

Scalar = str | int | float | bool | None
"""A leaf of a JSON message, or a field of a space-delimited one."""

MOST_REGEXES = 2
"""In one JSON or space-delimited pattern."""

_SYMBOLS = ("!=", ">=", "<=", "=", ">", "<")
_ORDER: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class Comparison:
    """One condition on one value.

    Attributes:
        wanted: what a text must be like, for ``=`` and ``!=``.
        number: what a number must be like; None where the operand is no number.
    """

    symbol: str
    wanted: Callable[[str], bool]
    number: float | None

    def holds(self, value: Scalar) -> bool:
        """null fulfils nothing; only ``IS NULL`` finds it."""
        if value is None:
            return False
        if self.symbol in _ORDER:
            found = as_number(value)
            return (
                found is not None
                and self.number is not None
                and _ORDER[self.symbol](found, self.number)
            )
        return self._equal(value) == (self.symbol == "=")

    def _equal(self, value: Scalar) -> bool:
        if self.number is not None and as_number(value) == self.number:
            return True
        return self.wanted(as_text(value))


def as_number(value: Scalar) -> float | None:
    """A number, or a text that is one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    try:
        number = float(value)
    except OverflowError:  # a JSON integer beyond what a double holds
        return None
    return number if math.isfinite(number) else None


def as_text(value: Scalar) -> str:
    """As JSON writes it, a text without its quotes."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_comparison(scanner: PatternScanner, bare: re.Pattern[str]) -> Comparison:
    """An operator and its operand.

    Args:
        bare: what an operand without quotes may consist of.
    """
    scanner.skip_space()
    symbol = next((one for one in _SYMBOLS if scanner.take(one)), None)
    if symbol is None:
        raise LogPatternError
    scanner.skip_space()
    regex = scanner.regex()
    if regex is not None:
        if symbol in _ORDER or scanner.regexes > MOST_REGEXES:
            raise LogPatternError
        return Comparison(symbol, regex.search, None)
    quoted = scanner.quoted()
    text = scanner.take_match(bare).strip() if quoted is None else quoted
    if quoted is None and not text:
        raise LogPatternError
    number = as_number(text) if quoted is None else None
    if symbol in _ORDER and number is None:
        raise LogPatternError
    return Comparison(symbol, _like(text), number)


def _like(text: str) -> Callable[[str], bool]:
    """The whole value, an asterisk standing for anything."""
    first, *middle = re.split(r"\*+", text)
    if not middle:
        return lambda value: value == text
    last = middle.pop()

    def is_like(value: str) -> bool:
        place, end = len(first), len(value) - len(last)
        if place > end or not value.startswith(first) or not value.endswith(last):
            return False
        for part in middle:
            found = value.find(part, place, end)
            if found < 0:
                return False
            place = found + len(part)
        return True

    return is_like
