"""Wildcards and policy variables in Action, Resource and Condition values.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

Context = Mapping[str, tuple[str, ...]]
"""Condition keys in lower case → the request's values for them."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_WITH_DEFAULT = re.compile(r"([^,]*?)\s*,\s*'(.*)'\s*", re.DOTALL)
_LITERALS = frozenset("*?$")
"""``${*}``, ``${?}`` and ``${$}`` stand for these very characters."""


def action_matches(pattern: str, action: str) -> bool:
    """Actions are compared without regard to case."""
    return pattern == "*" or _glob(pattern.lower()).fullmatch(action.lower()) is not None


def resource_matches(pattern: str, resource: str, context: Context, *, variables: bool) -> bool:
    """Resources are compared exactly, wildcards aside; an unknown variable matches nothing."""
    return pattern == "*" or like(pattern, resource, context, variables=variables)


def like(pattern: str, text: str, context: Context, *, variables: bool) -> bool:
    """Whether ``text`` is of ``pattern``'s form, the variables' values taken literally."""
    if not variables or "${" not in pattern:
        return _glob(pattern).fullmatch(text) is not None
    parts: list[str] = []
    position = 0
    for variable in _VARIABLE.finditer(pattern):
        value = _value_of(variable[1], context)
        if value is None:
            return False
        parts += [_as_regex(pattern[position : variable.start()]), re.escape(value)]
        position = variable.end()
    parts.append(_as_regex(pattern[position:]))
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def expanded(text: str, context: Context, *, variables: bool) -> str | None:
    """``text`` with its variables' values in place; None where one has no value."""
    if not variables or "${" not in text:
        return text
    values = [_value_of(variable[1], context) for variable in _VARIABLE.finditer(text)]
    if None in values:
        return None
    found = iter(values)
    return _VARIABLE.sub(lambda _: next(found) or "", text)


def _value_of(name: str, context: Context) -> str | None:
    if name in _LITERALS:
        return name
    default = _WITH_DEFAULT.fullmatch(name)
    key = default[1] if default else name
    values = context.get(key.strip().lower(), ())
    if len(values) == 1:  # keys with several values cannot be variables
        return values[0]
    return default[2] if default and not values else None


@lru_cache(maxsize=8192)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(_as_regex(pattern), re.DOTALL)


def _as_regex(pattern: str) -> str:
    # several stars in a row mean one; written as several they would slow the search down
    squeezed = re.sub(r"\*+", "*", pattern)
    return "".join(
        ".*" if letter == "*" else "." if letter == "?" else re.escape(letter)
        for letter in squeezed
    )
