"""A call to boto3 as a learner would type it, so that a click can be copied into a cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_READING = ("Get", "List", "Describe", "Filter", "Head")
_VARIABLES = {
    "lambda": "lambda_client",
    "events": "events",
    "logs": "logs",
    "cloudwatch": "cloudwatch",
}
_ONE_LINE = 88


class Verbatim(str):
    """A Python expression that stands for itself in the text, such as ``package``."""

    __slots__ = ()


@dataclass(frozen=True)
class MadeCall:
    """One call that was made.

    Attributes:
        operation: the method of the boto3 client: ``update_alias``.
        parameters: as they are shown; bytes stand as a ``Verbatim`` name.
        waiter: the operation is the name of a waiter.
        before: lines that the call needs, such as how ``package`` is made.
        failed: AWS's error code where the call was refused.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    waiter: bool = False
    before: str = ""
    failed: str = ""

    @property
    def changes(self) -> bool:
        """Whether the call is more than a look."""
        name = "".join(part.title() for part in self.operation.split("_"))
        return not self.waiter and not name.startswith(_READING)

    @property
    def text(self) -> str:
        """Python that makes the same call, with its client."""
        variable = _VARIABLES.get(self.service, self.service)
        lines = [self.before] if self.before else []
        lines.append(f'{variable} = lab.client("{self.service}")')
        if self.waiter:
            head = f'{variable}.get_waiter("{self.operation}").wait'
        else:
            head = f"{variable}.{self.operation}"
        return "\n".join([*lines, head + _arguments(self.parameters, len(head))])

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "name": f"{self.service}:{self.operation}",
            "changes": self.changes,
            "failed": self.failed,
        }


def python_json(text: str) -> Verbatim:
    """``json.dumps({…})``: a JSON text as one would write it in Python."""
    return Verbatim(f"json.dumps({_literal(json.loads(text), 1)})")


def _arguments(parameters: Mapping[str, Any], taken: int) -> str:
    pairs = [f"{name}={_literal(value, 1)}" for name, value in parameters.items()]
    line = f"({', '.join(pairs)})"
    if "\n" not in line and taken + len(line) <= _ONE_LINE:
        return line
    return "(\n" + "".join(f"    {pair},\n" for pair in pairs) + ")"


def _literal(value: Any, depth: int) -> str:
    """Python source of ``value``; nested values are broken where they are long."""
    if isinstance(value, Verbatim):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        inner = [
            f"{_literal(str(key), depth)}: {_literal(one, depth + 1)}" for key, one in value.items()
        ]
        return _bracketed("{", inner, "}", depth)
    if isinstance(value, list | tuple):
        return _bracketed("[", [_literal(one, depth + 1) for one in value], "]", depth)
    return repr(value)


def _bracketed(opening: str, inner: list[str], closing: str, depth: int) -> str:
    line = opening + ", ".join(inner) + closing
    if "\n" not in line and len(line) + 4 * depth <= _ONE_LINE - 10:
        return line
    indent = "    " * (depth + 1)
    body = "".join(f"{indent}{one},\n" for one in inner)
    return f"{opening}\n{body}{'    ' * depth}{closing}"
