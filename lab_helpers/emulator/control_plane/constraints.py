"""The API model's constraints, checked as AWS's front end checks them, with its texts.

``Value 'x' at 'functionName' failed to satisfy constraint: Member must …``
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Any

from lab_helpers.emulator.control_plane.errors import validation_error
from lab_helpers.emulator.control_plane.runtimes import offered_runtimes
from lab_helpers.emulator.control_plane.service_model import Shape, input_shape, shape

NARROWER_MAXIMA = {"MemorySize": 10_240, "Timeout": 900, "EphemeralStorageSize": 10_240}
"""The model's maxima are those of any flavour of Lambda; these are a default function's.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""


_LONGEST_MATCHED = 20_480


def validate(operation: str, params: dict[str, Any], leave_out: Collection[str] = ()) -> None:
    """Check ``params`` against the operation's input shape.

    Args:
        leave_out: members that Lambda checks later, with other texts.

    Raises:
        LambdaError: ``ValidationException`` that names every failure.
    """
    structure = input_shape(operation)
    failures: list[str] = []
    for name in structure.get("required", []):
        if name not in params:
            failures.append(_failure(None, _camel(name), "Member must not be null"))
    # Lambda's own check of runtimes speaks first
    for name, value in sorted(params.items(), key=lambda item: item[0] != "CompatibleRuntimes"):
        if name not in leave_out:
            member = structure["members"][name]
            path = _camel(member.get("locationName", name))
            failures.extend(_failures(_shape(member["shape"]), value, path))
    if failures:
        raise validation_error(*failures)


def _shape(name: str) -> Shape:
    found = shape(name)
    if name in NARROWER_MAXIMA:
        return {**found, "max": NARROWER_MAXIMA[name]}
    return found


def _camel(name: str) -> str:
    """``FunctionName`` → ``functionName``; ``UUID`` → ``uUID``, as AWS writes it."""
    return name[:1].lower() + name[1:]


def _failure(value: Any, path: str, constraint: str, *, sensitive: bool = False) -> str:
    if sensitive:
        return f"Value at '{path}' failed to satisfy constraint: {constraint}"
    shown = "null" if value is None else f"'{as_java(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def as_java(value: Any) -> str:
    """A value as Java prints it: ``[a, b]``, ``{a=1}``, ``true``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(as_java(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={as_java(item)}' for key, item in value.items())}}}"
    return str(value)


def _failures(target: Shape, value: Any, path: str) -> list[str]:
    kind = target["type"]
    if kind == "structure":
        return _structure_failures(target, value, path)
    if kind == "list":
        return _list_failures(target, value, path)
    if kind == "map":
        return _map_failures(target, value, path)
    return [_failure(value, path, broken) for broken in broken_constraints(target, value)]


def _structure_failures(target: Shape, value: dict[str, Any], path: str) -> list[str]:
    failures = [
        _failure(None, f"{path}.{_camel(name)}", "Member must not be null")
        for name in target.get("required", [])
        if name not in value
    ]
    for name, item in value.items():
        member = _shape(target["members"][name]["shape"])
        failures.extend(_failures(member, item, f"{path}.{_camel(name)}"))
    return failures


def _list_failures(target: Shape, value: list[Any], path: str) -> list[str]:
    failures = [_failure(value, path, broken) for broken in _length_constraints(target, value)]
    if target["member"]["shape"] == "Runtime":
        return failures + _runtime_failures(value, path)
    member = shape(target["member"]["shape"])
    if member["type"] == "structure":
        for index, item in enumerate(value, 1):
            failures.extend(_failures(member, item, f"{path}.{index}.member"))
    elif any(broken_constraints(member, item) for item in value):
        inner = ", ".join(all_constraints(member))
        failures.append(_failure(value, path, f"Member must satisfy constraint: [{inner}]"))
    return failures


def _runtime_failures(value: list[Any], path: str) -> list[str]:
    """Lambda checks lists of runtimes itself: another list, and other words around it."""
    offered = offered_runtimes()
    if all(runtime in offered for runtime in value):
        return []
    return [_failure(value, path, _one_of({"enum": offered}))]


def _map_failures(target: Shape, value: dict[str, Any], path: str) -> list[str]:
    secret = bool(target.get("sensitive"))
    failures = [_failure(value, path, broken) for broken in _length_constraints(target, value)]
    key_shape, value_shape = shape(target["key"]["shape"]), shape(target["value"]["shape"])
    if any(broken_constraints(key_shape, key) for key in value):
        text = f"Map keys must satisfy constraint: [{', '.join(all_constraints(key_shape))}]"
        failures.append(_failure(value, path, text, sensitive=secret))
    if value_shape["type"] == "list":
        for key, item in value.items():
            failures.extend(_failures(value_shape, item, f"{path}.{key}.member"))
    elif any(broken_constraints(value_shape, item) for item in value.values()):
        inner = ", ".join([*all_constraints(value_shape), "Member must not be null"])
        text = f"Map value must satisfy constraint: [{inner}]"
        failures.append(_failure(value, path, text, sensitive=secret))
    return failures


def broken_constraints(target: Shape, value: Any) -> list[str]:
    """Which constraints of a scalar's shape ``value`` does not keep."""
    kind = target["type"]
    broken = []
    if kind in ("integer", "long", "double", "float"):
        if "max" in target and value > target["max"]:
            broken.append(_at_most(target))
        if "min" in target and value < target["min"]:
            broken.append(_at_least(target))
    elif kind == "string":
        broken.extend(_length_constraints(target, value))
        if "enum" in target and value not in target["enum"]:
            broken.append(_one_of(target))
        # no valid value is that long, and some of the patterns are slow on what they refuse
        short = len(value) <= _LONGEST_MATCHED
        if short and "pattern" in target and not _pattern(target["pattern"]).fullmatch(value):
            broken.append(_matching(target))
    return broken


def all_constraints(target: Shape) -> list[str]:
    """Every constraint of a shape, as AWS lists them for members of lists and maps."""
    if target["type"] == "string":
        written = []
        if "max" in target:
            written.append(_at_most_long(target))
        if "min" in target:
            written.append(_at_least_long(target))
        if "pattern" in target:
            written.append(_matching(target))
        if "enum" in target:
            written.append(_one_of(target))
        return written
    return [text(target) for key, text in (("max", _at_most), ("min", _at_least)) if key in target]


def _length_constraints(target: Shape, value: Any) -> list[str]:
    broken = []
    if "max" in target and len(value) > target["max"]:
        broken.append(_at_most_long(target))
    if "min" in target and len(value) < target["min"]:
        broken.append(_at_least_long(target))
    return broken


def _at_most_long(target: Shape) -> str:
    return f"Member must have length less than or equal to {target['max']}"


def _at_least_long(target: Shape) -> str:
    return f"Member must have length greater than or equal to {target['min']}"


def _at_most(target: Shape) -> str:
    return f"Member must have value less than or equal to {target['max']}"


def _at_least(target: Shape) -> str:
    return f"Member must have value greater than or equal to {target['min']}"


def _one_of(target: Shape) -> str:
    return f"Member must satisfy enum value set: [{', '.join(target['enum'])}]"


def _matching(target: Shape) -> str:
    return f"Member must satisfy regular expression pattern: {target['pattern']}"


@cache
def _pattern(source: str) -> re.Pattern[str]:
    r"""Java's pattern in Python's dialect.

    The tag shapes use Unicode classes that ``re`` lacks: letters and numbers are ``\w``
    (which adds the underscore that the shapes allow anyway), separators are ``\s``.
    """
    translated = source.replace(r"\p{L}", r"\w").replace(r"\p{N}", r"\d").replace(r"\p{Z}", r"\s")
    return re.compile(translated)
