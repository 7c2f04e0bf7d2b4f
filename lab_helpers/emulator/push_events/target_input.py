"""What a rule's target gets of an event: all of it, a part, a constant, or a text made of it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\.?\['([^']*)'\]|\.?\[\"([^\"]*)\"\]|\[(\d+)\]")
_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")
MISSING = object()


class InputPathError(Exception):
    """The text is no JSON path as EventBridge reads them."""


def value_at(path: str, event: Any) -> Any:
    """What ``$.detail.items[0]`` leads to, or ``MISSING``. Raises InputPathError."""
    if not path.startswith("$"):
        raise InputPathError(f"Invalid JSON path: {path}")
    position, found = 1, event
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise InputPathError(f"Invalid JSON path: {path}")
        position = step.end()
        if found is not MISSING:
            found = _follow(step, found)
    return found


def _follow(step: re.Match[str], value: Any) -> Any:
    if step[4] is not None:
        index = int(step[4])
        return value[index] if isinstance(value, list) and index < len(value) else MISSING
    name = next(one for one in step.groups() if one is not None)
    return value.get(name, MISSING) if isinstance(value, dict) else MISSING


def target_input(
    target: Mapping[str, Any], event: Mapping[str, Any], variables: Mapping[str, Any]
) -> str:
    """The JSON text for a target, as its Input, InputPath or InputTransformer asks.

    Args:
        variables: reserved ones without their ``aws.events.`` prefix: ``rule-arn`` …
    """
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        found = value_at(target["InputPath"], event)
        return json.dumps({} if found is MISSING else found, ensure_ascii=False)
    transformer = target.get("InputTransformer")
    if transformer:
        values = {
            name: value_at(path, event)
            for name, path in (transformer.get("InputPathsMap") or {}).items()
        }
        values |= {f"aws.events.{name}": value for name, value in variables.items()}
        values |= {"aws.events.event": event, "aws.events.event.json": event}
        return filled_template(transformer["InputTemplate"], values)
    return json.dumps(event, ensure_ascii=False)


def filled_template(template: str, values: Mapping[str, Any]) -> str:
    """Placeholders filled in; a text that is no JSON afterwards becomes a JSON string."""
    parts: list[str] = []
    end = 0
    inside = False
    for match in _PLACEHOLDER.finditer(template):
        between = template[end : match.start()]
        inside ^= _quotes(between) % 2 == 1
        parts.append(between)
        end = match.end()
        if match[1] in values:
            parts.append(_rendered(values[match[1]], inside=inside))
        else:
            parts.append(match[0])
    parts.append(template[end:])
    text = "".join(parts)
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(text, ensure_ascii=False)
    return text


def _quotes(text: str) -> int:
    return len(re.findall(r'(?<!\\)"', text))


def _rendered(value: Any, *, inside: bool) -> str:
    """Inside quotes a text without its own; outside as JSON."""
    if not inside:
        return json.dumps("" if value is MISSING else value, ensure_ascii=False)
    if value is MISSING:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return json.dumps(text, ensure_ascii=False)[1:-1]
