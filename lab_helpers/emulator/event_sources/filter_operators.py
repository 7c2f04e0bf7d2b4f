"""What a leaf of an event pattern can ask of one value: exact, prefix, numeric, anything-but …

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
Values are those of JSON: a number is never a boolean here, whatever Python thinks.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

Test = Callable[[Any], bool]
"""Does one JSON scalar of an event fulfil what the pattern asks?"""

NUMBER_LIMIT = 5.0e9
"""Numeric matching is limited to ±5.0e9, as EventBridge documents it."""

_BOUNDS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "=": lambda value, bound: value == bound,
}


class FilterPatternError(ValueError):
    """The pattern is not one. The text is the reason, in the words of AWS's own parser."""


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def exactly(wanted: Any) -> Test:
    """Equal as JSON: ``5`` is ``5.0``, and neither is ``"5"`` nor ``true``."""
    if is_number(wanted):
        return lambda value: is_number(value) and value == wanted
    return lambda value: type(value) is type(wanted) and value == wanted


def operator(name: str, argument: Any) -> Test:
    """The test behind ``{name: argument}``. ``exists`` is not one of a value: see the pattern.

    Raises:
        FilterPatternError: no such operator, or an argument that it does not take.
    """
    make = _OPERATORS.get(name)
    if make is None:
        raise FilterPatternError(f"Unrecognized match type {name}")
    return make(argument)


def _text(name: str, argument: Any) -> str:
    if not isinstance(argument, str):
        raise FilterPatternError(f"{name} match pattern must be a string")
    return argument


def _end_of_text(name: str, argument: Any, has: Callable[[str, str], bool]) -> Test:
    """``prefix`` and ``suffix``, each also with ``{"equals-ignore-case": …}``."""
    if isinstance(argument, dict):
        if list(argument) != ["equals-ignore-case"]:
            raise FilterPatternError(f"Unsupported {name} match pattern")
        folded = _text("equals-ignore-case", argument["equals-ignore-case"]).casefold()
        return lambda value: isinstance(value, str) and has(value.casefold(), folded)
    wanted = _text(name, argument)
    return lambda value: isinstance(value, str) and has(value, wanted)


def _prefix(argument: Any) -> Test:
    return _end_of_text("prefix", argument, str.startswith)


def _suffix(argument: Any) -> Test:
    return _end_of_text("suffix", argument, str.endswith)


def _equals_ignore_case(argument: Any) -> Test:
    folded = _text("equals-ignore-case", argument).casefold()
    return lambda value: isinstance(value, str) and value.casefold() == folded


def _numeric(argument: Any) -> Test:
    """``["=", n]``, ``["<", n]``, ``[">=", n]`` or ``[">", low, "<=", high]``."""
    if not isinstance(argument, list):
        raise FilterPatternError("Value of numeric must be an array.")
    if len(argument) not in (2, 4):
        raise FilterPatternError("Numeric match takes one or two pairs of operator and number")
    pairs = list(zip(argument[::2], argument[1::2], strict=True))
    for sign, bound in pairs:
        if not isinstance(sign, str) or sign not in _BOUNDS:
            raise FilterPatternError(f"Unrecognized numeric range operator: {sign}")
        if not is_number(bound):
            raise FilterPatternError(f"Value of {sign} must be numeric")
        if not -NUMBER_LIMIT <= bound <= NUMBER_LIMIT:
            raise FilterPatternError("Value must be between -5.0E9 and 5.0E9, inclusive")
    if len(pairs) == 2:
        (first, low), (second, high) = pairs
        if first not in (">", ">=") or second not in ("<", "<="):
            raise FilterPatternError("A numeric range has a lower bound and then an upper bound")
        if low >= high:
            raise FilterPatternError("Bottom must be less than top")
    return lambda value: (
        is_number(value) and all(_BOUNDS[sign](value, bound) for sign, bound in pairs)
    )


def _cidr(argument: Any) -> Test:
    text = _text("cidr", argument)
    if text.count("/") != 1:
        raise FilterPatternError("Malformed CIDR, one '/' required")
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise FilterPatternError(f"Malformed CIDR: {error}") from error

    def inside(value: Any) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return inside


def _wildcard(argument: Any) -> Test:
    """``*`` stands for any run of characters; ``\\*`` and ``\\\\`` for themselves."""
    parts = _wildcard_parts(_text("wildcard", argument))

    def fits(value: Any) -> bool:
        return isinstance(value, str) and _fits(parts, value)

    return fits


def _wildcard_parts(pattern: str) -> list[str]:
    parts, current, position = [], "", 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 1
            if position == len(pattern) or pattern[position] not in "*\\":
                raise FilterPatternError(f"Invalid escape character at pos {position - 1}")
            current += pattern[position]
        elif character == "*":
            if pattern[position + 1 : position + 2] == "*":
                raise FilterPatternError(f"Consecutive wildcard characters at pos {position}")
            parts.append(current)
            current = ""
        else:
            current += character
        position += 1
    return [*parts, current]


def _fits(parts: list[str], text: str) -> bool:
    """Leftmost placement of each part is enough, so time stays linear in practice."""
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if not text.startswith(first):
        return False
    position = len(first)
    for part in middle:
        found = text.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return text.endswith(last) and len(text) - len(last) >= position


def _anything_but(argument: Any) -> Test:
    """Any value but these. An absent field has no value, so nothing matches there."""
    if isinstance(argument, dict):
        if len(argument) != 1:
            raise FilterPatternError("Only one key allowed in match expression")
        ((name, inner),) = argument.items()
        if name not in ("prefix", "suffix", "equals-ignore-case", "wildcard"):
            raise FilterPatternError(f"Unsupported anything-but pattern: {name}")
        wanted = inner if isinstance(inner, list) else [inner]
        if not wanted:
            raise FilterPatternError("Empty arrays are not allowed")
        tests = [operator(name, _text(name, one)) for one in wanted]
    else:
        tests = [exactly(one) for one in _anything_but_values(argument)]
    return lambda value: not any(test(value) for test in tests)


def _anything_but_values(argument: Any) -> list[Any]:
    values = argument if isinstance(argument, list) else [argument]
    if not values:
        raise FilterPatternError("Empty arrays are not allowed")
    if not (all(isinstance(one, str) for one in values) or all(map(is_number, values))):
        raise FilterPatternError(
            "Inside anything but list, either all values are number or string, "
            "mixed type is not supported"
        )
    return values


_OPERATORS: dict[str, Callable[[Any], Test]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
    "numeric": _numeric,
    "cidr": _cidr,
    "wildcard": _wildcard,
    "anything-but": _anything_but,
}

OPERATOR_NAMES = frozenset(_OPERATORS) | {"exists"}
