"""``$.user.id``, ``$.users[0].email``, ``$.actions[*]``, ``$.['cluster.name']``: places in JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lab_helpers.emulator.cloudwatch.log_patterns.pattern_scanner import (
    LogPatternError,
    PatternScanner,
)

_NAME = re.compile(r"[A-Za-z0-9_\-]+")
_QUOTED_NAME = re.compile(r"'[^']+'|\"[^\"]+\"")
_INDEX = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Wildcard:
    """``*``: every element of an array, every property of an object."""


EVERY = Wildcard()
Step = str | int | Wildcard


@dataclass(frozen=True)
class JsonSelector:
    """The way from the message's root to a value, step by step."""

    text: str
    steps: tuple[Step, ...]

    @property
    def wildcards(self) -> int:
        return sum(isinstance(step, Wildcard) for step in self.steps)

    def find(self, message: Any) -> Iterator[Any]:
        """The values at this place: none, one, or several where there is a wildcard."""
        found: list[Any] = [message]
        for step in self.steps:
            found = [value for one in found for value in _below(one, step)]
        yield from found


def read_selector(scanner: PatternScanner) -> JsonSelector:
    """Raises LogPatternError where no selector comes next, or one with two wildcards."""
    scanner.need("$")
    steps: list[Step] = []
    text = "$"
    while scanner.sees(".") or scanner.sees("["):
        dot = "." if scanner.take(".") else ""
        step, written = _bracketed(scanner, dot) if scanner.sees("[") else _named(scanner)
        steps.append(step)
        text += dot + written
    selector = JsonSelector(text, tuple(steps))
    if not steps or selector.wildcards > 1:
        raise LogPatternError
    return selector


def selector_of(text: str) -> JsonSelector | None:
    """As a metric's value or dimension names it; None where it is no selector."""
    scanner = PatternScanner(text)
    try:
        selector = read_selector(scanner)
    except LogPatternError:
        return None
    return selector if scanner.at_end else None


def _named(scanner: PatternScanner) -> tuple[Step, str]:
    if scanner.take("*"):
        return EVERY, "*"
    name = scanner.take_match(_NAME)
    if not name:
        raise LogPatternError
    return name, name


def _bracketed(scanner: PatternScanner, dot: str) -> tuple[Step, str]:
    scanner.need("[")
    quoted = scanner.take_match(_QUOTED_NAME)
    step: Step
    if quoted:
        step, written = quoted[1:-1], quoted
    elif dot:  # "$.[0]": AWS has no such notation
        raise LogPatternError
    elif scanner.take("*"):
        step, written = EVERY, "*"
    else:
        written = scanner.take_match(_INDEX)
        if not written:
            raise LogPatternError
        step = int(written)
    scanner.need("]")
    return step, f"[{written}]"


def _below(value: Any, step: Step) -> list[Any]:
    if isinstance(value, dict):
        if isinstance(step, Wildcard):
            return list(value.values())
        return [value[step]] if step in value else []
    if isinstance(value, list):
        if isinstance(step, Wildcard):
            return value
        return [value[step]] if isinstance(step, int) and step < len(value) else []
    return []
