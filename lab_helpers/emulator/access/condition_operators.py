"""Condition operators: whether a request's values meet a policy's.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import eq, ge, gt, le, lt

from lab_helpers.emulator.access.patterns import Context, expanded, like
from lab_helpers.emulator.access.policy_document import Condition

Compare = Callable[[str, str, Context, bool], bool]
"""(request's value, policy's value, context, are there variables) → do they match?"""

_IF_EXISTS = "IfExists"


@dataclass(frozen=True)
class Operator:
    """An operator's name, taken apart.

    Attributes:
        compare: None for ``Null``, which looks for the key alone.
        negated: a ``Not`` operator: met where no value of the policy matches.
        quantifier: ``ForAllValues``, ``ForAnyValue`` or empty.
    """

    compare: Compare | None
    negated: bool
    quantifier: str
    if_exists: bool


def condition_met(condition: Condition, context: Context, *, variables: bool) -> bool:
    """One line of a Condition block; an operator that does not exist is never met."""
    operator = _parse(condition.operator)
    if operator is None:
        return False
    found = context.get(condition.key.lower(), ())
    if operator.compare is None:
        wants_absence = [value.lower() == "true" for value in condition.values]
        return (not found) in wants_absence
    if not found:
        return _met_without_key(operator)
    compare = operator.compare

    def meets(value: str) -> bool:
        matches = any(compare(value, one, context, variables) for one in condition.values)
        return matches is not operator.negated

    if operator.quantifier == "ForAllValues":
        return all(meets(value) for value in found)
    if operator.quantifier == "ForAnyValue" or not operator.negated:
        return any(meets(value) for value in found)
    return all(meets(value) for value in found)


def _met_without_key(operator: Operator) -> bool:
    """Without the key a negated operator is met; a set operator goes by its own rule."""
    if operator.if_exists or operator.quantifier == "ForAllValues":
        return True
    return operator.negated and not operator.quantifier


@lru_cache(maxsize=512)
def _parse(name: str) -> Operator | None:
    quantifier, _, rest = name.rpartition(":")
    quantifiers = {"": "", "forallvalues": "ForAllValues", "foranyvalue": "ForAnyValue"}
    lowered = rest.lower()
    if lowered == "null" and not quantifier:
        return Operator(None, False, "", False)
    if_exists = lowered.endswith(_IF_EXISTS.lower())
    known = _OPERATORS.get(lowered[: -len(_IF_EXISTS)] if if_exists else lowered)
    if known is None or quantifier.lower() not in quantifiers:
        return None
    compare, negated = known
    return Operator(compare, negated, quantifiers[quantifier.lower()], if_exists)


def _equal(found: str, wanted: str, context: Context, variables: bool) -> bool:
    return found == expanded(wanted, context, variables=variables)


def _equal_ignoring_case(found: str, wanted: str, context: Context, variables: bool) -> bool:
    text = expanded(wanted, context, variables=variables)
    return text is not None and found.lower() == text.lower()


def _like(found: str, wanted: str, context: Context, variables: bool) -> bool:
    return like(wanted, found, context, variables=variables)


def _arn_like(found: str, wanted: str, context: Context, variables: bool) -> bool:
    """The six parts of an ARN are compared one by one; a star does not reach over a colon."""
    if wanted == "*":
        return True
    parts, patterns = found.split(":", 5), _arn_parts(wanted)
    return len(parts) == len(patterns) == 6 and all(
        like(pattern, part, context, variables=variables)
        for part, pattern in zip(parts, patterns, strict=True)
    )


def _arn_parts(pattern: str) -> list[str]:
    """Split at five colons; those of a variable's name, as in ``${aws:username}``, are none."""
    parts, inside = [""], False
    for position, letter in enumerate(pattern):
        inside = letter != "}" if inside else pattern.startswith("${", position)
        if letter == ":" and not inside and len(parts) < 6:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _boolean(found: str, wanted: str, context: Context, variables: bool) -> bool:
    return found.lower() == wanted.lower()


def _in_network(found: str, wanted: str, context: Context, variables: bool) -> bool:
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _ordered(read: Callable[[str], float | None], holds: Callable[[float, float], bool]) -> Compare:
    def compare(found: str, wanted: str, context: Context, variables: bool) -> bool:
        left, right = read(found), read(wanted)
        return left is not None and right is not None and holds(left, right)

    return compare


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _moment(text: str) -> float | None:
    """Seconds since the epoch, from ISO 8601 or from such seconds."""
    seconds = _number(text)
    if seconds is not None and not (len(text) == 4 and text.isdigit()):  # "2026" is a year
        return seconds
    try:
        moment = datetime.fromisoformat(f"{text}-01-01" if seconds is not None else text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _comparisons(kind: str, read: Callable[[str], float | None]) -> dict[str, tuple[Compare, bool]]:
    holds: Sequence[tuple[str, Callable[[float, float], bool], bool]] = (
        ("equals", eq, False),
        ("notequals", eq, True),
        ("lessthan", lt, False),
        ("lessthanequals", le, False),
        ("greaterthan", gt, False),
        ("greaterthanequals", ge, False),
    )
    return {kind + name: (_ordered(read, hold), negated) for name, hold, negated in holds}


_OPERATORS: dict[str, tuple[Compare, bool]] = {
    "stringequals": (_equal, False),
    "stringnotequals": (_equal, True),
    "stringequalsignorecase": (_equal_ignoring_case, False),
    "stringnotequalsignorecase": (_equal_ignoring_case, True),
    "stringlike": (_like, False),
    "stringnotlike": (_like, True),
    **_comparisons("numeric", _number),
    **_comparisons("date", _moment),
    "bool": (_boolean, False),
    "binaryequals": (_equal, False),
    "ipaddress": (_in_network, False),
    "notipaddress": (_in_network, True),
    # "The ArnEquals and ArnLike condition operators behave identically."
    "arnequals": (_arn_like, False),
    "arnlike": (_arn_like, False),
    "arnnotequals": (_arn_like, True),
    "arnnotlike": (_arn_like, True),
}
"""In lower case: (comparison, is it negated)."""
