"""Policies as JSON documents: who may do what. Enough of the language for the labs' policies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

Statement = Mapping[str, Any]


def statements(document: Any) -> list[Statement]:
    """The statements of a policy: a dict, JSON text, or URL-encoded JSON as IAM returns it."""
    if isinstance(document, str):
        text = document if document.lstrip().startswith("{") else unquote(document)
        document = json.loads(text)
    found = document.get("Statement", [])
    return [found] if isinstance(found, Mapping) else list(found)


def as_list(value: Any) -> list[str]:
    """IAM writes one value bare and several as a list."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def allows(statement: Statement) -> bool:
    return statement.get("Effect") == "Allow"


def covers_action(statement: Statement, action: str) -> bool:
    """Whether ``Action`` names ``action``, wildcards and letter case as IAM treats them."""
    return any(
        matches(pattern.lower(), action.lower()) for pattern in as_list(statement.get("Action"))
    )


def service_principals(statement: Statement) -> list[str]:
    """Services that the statement is about; ``*`` where it is about everyone."""
    principal = statement.get("Principal")
    if isinstance(principal, Mapping):
        return as_list(principal.get("Service"))
    return as_list(principal)


def condition_values(statement: Statement, key: str) -> list[str]:
    """Values that a condition of any operator compares ``key`` with (``aws:SourceArn``)."""
    return [
        text
        for compared in (statement.get("Condition") or {}).values()
        for found, value in compared.items()
        if found.lower() == key.lower()
        for text in as_list(value)
    ]


def matches(pattern: str, text: str) -> bool:
    """``*`` stands for any characters, ``?`` for one."""
    parts = (".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def any_matches(patterns: Iterable[str], text: str) -> bool:
    return any(matches(pattern, text) for pattern in patterns)
