"""Conditions on JSON messages: ``{ $.level = "ERROR" && $.latency > 100 }``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab_helpers.emulator.cloudwatch.log_patterns.comparisons import (
    as_text,
    read_comparison,
)
from lab_helpers.emulator.cloudwatch.log_patterns.condition_trees import read_conditions
from lab_helpers.emulator.cloudwatch.log_patterns.json_selectors import (
    JsonSelector,
    read_selector,
    selector_of,
)
from lab_helpers.emulator.cloudwatch.log_patterns.pattern_scanner import (
    LogPatternError,
    PatternScanner,
)

MOST_WILDCARDS = 3
"""In all selectors of a pattern together."""

_BARE = re.compile(r"[^\s\"()&|{}%]+")
_KEYWORD = re.compile(r"[A-Za-z]+")
_CONSTANTS = {"NULL": None, "TRUE": True, "FALSE": False}


@dataclass(frozen=True)
class JsonPattern:
    """What is no JSON object or array never matches."""

    condition: Callable[[Any], bool]
    selectors: tuple[JsonSelector, ...]

    @property
    def has_fields(self) -> bool:
        return True

    def match(self, message: str) -> dict[str, str] | None:
        parsed = _parsed(message)
        if parsed is None or not self.condition(parsed):
            return None
        found = {one.text: _first_text(one, parsed) for one in self.selectors}
        return {name: text for name, text in found.items() if text is not None}

    def value(self, selector: str, message: str) -> str | None:
        wanted = selector_of(selector)
        parsed = _parsed(message)
        return None if wanted is None or parsed is None else _first_text(wanted, parsed)


def read_json_pattern(text: str) -> JsonPattern:
    """Raises LogPatternError."""
    scanner = PatternScanner(text)
    selectors: list[JsonSelector] = []

    def read_one(scanner: PatternScanner) -> Callable[[Any], bool]:
        selectors.append(read_selector(scanner))
        return _read_condition(scanner, selectors[-1])

    scanner.skip_space()
    scanner.need("{")
    condition = read_conditions(scanner, read_one)
    scanner.skip_space()
    scanner.need("}")
    scanner.skip_space()
    if not scanner.at_end or sum(one.wildcards for one in selectors) > MOST_WILDCARDS:
        raise LogPatternError
    return JsonPattern(condition, tuple(selectors))


def _read_condition(scanner: PatternScanner, selector: JsonSelector) -> Callable[[Any], bool]:
    scanner.skip_space()
    keyword = scanner.take_match(_KEYWORD)
    if keyword == "IS":
        scanner.skip_space()
        name = scanner.take_match(_KEYWORD)
        if name not in _CONSTANTS:
            raise LogPatternError
        constant = _CONSTANTS[name]
        return lambda message: any(value is constant for value in selector.find(message))
    if keyword == "NOT":
        scanner.skip_space()
        scanner.need("EXISTS")
        return lambda message: not any(True for _ in selector.find(message))
    if keyword:  # "EXISTS" and "IS NOT" are not provided, says AWS
        raise LogPatternError
    comparison = read_comparison(scanner, _BARE)
    return lambda message: any(
        comparison.holds(value)
        for value in selector.find(message)
        if not isinstance(value, dict | list)
    )


def _parsed(message: str) -> Any:
    if not message.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return None


def _first_text(selector: JsonSelector, message: Any) -> str | None:
    leaves = (value for value in selector.find(message) if not isinstance(value, dict | list))
    return next((as_text(value) for value in leaves), None)
