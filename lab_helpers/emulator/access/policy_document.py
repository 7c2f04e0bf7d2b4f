"""Policy documents as values: what Effect, Principal, Action, Resource and Condition say.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
Reading is lenient, as policies were checked when they were put: what cannot be read grants
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

VARIABLES_SINCE = "2012-10-17"
_ANYTHING = ("*",)


@dataclass(frozen=True)
class Condition:
    """One line of a Condition block: ``"StringLike": {"s3:prefix": ["home/*"]}``."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Principals:
    """Who a resource-based statement is about, by kind: ``AWS``, ``Service``, ``Federated`` …

    Attributes:
        negated: a NotPrincipal: everybody else.
    """

    by_kind: tuple[tuple[str, tuple[str, ...]], ...]
    negated: bool = False

    def of_kind(self, kind: str) -> tuple[str, ...]:
        return next((names for name, names in self.by_kind if name == kind), ())


@dataclass(frozen=True)
class Statement:
    """One statement.

    Attributes:
        name: its Sid, or its place in the policy as ``statement 2``.
        negated_actions: the patterns are a NotAction's.
        negated_resources: the patterns are a NotResource's.
        principals: None in identity-based policies.
        variables: whether ``${…}`` is a policy variable here.
    """

    name: str
    allows: bool
    actions: tuple[str, ...]
    negated_actions: bool
    resources: tuple[str, ...]
    negated_resources: bool
    principals: Principals | None
    conditions: tuple[Condition, ...]
    variables: bool

    @property
    def allows_everything(self) -> bool:
        return (
            self.allows
            and self.actions == self.resources == _ANYTHING
            and not (self.negated_actions or self.negated_resources or self.conditions)
        )


@dataclass(frozen=True)
class Policy:
    """A policy document with the name that explanations use for it."""

    name: str
    statements: tuple[Statement, ...]
    allows_everything: bool
    denies_something: bool


@lru_cache(maxsize=4096)
def parse_policy(text: str, name: str = "") -> Policy:
    """A document's text → its value, remembered. Text that is no JSON object says nothing."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = {}
    return read_policy(document if isinstance(document, dict) else {}, name)


def read_policy(document: Mapping[str, Any], name: str = "") -> Policy:
    """A parsed document → its value."""
    variables = document.get("Version") == VARIABLES_SINCE
    statements = tuple(
        _statement(one, number, variables)
        for number, one in enumerate(_items(document.get("Statement")), 1)
        if isinstance(one, Mapping) and one.get("Effect") in ("Allow", "Deny")
    )
    return Policy(
        name,
        statements,
        any(one.allows_everything for one in statements),
        any(not one.allows for one in statements),
    )


def _statement(document: Mapping[str, Any], number: int, variables: bool) -> Statement:
    negated_actions = "Action" not in document and "NotAction" in document
    negated_resources = "Resource" not in document and "NotResource" in document
    resources = _texts(document.get("NotResource" if negated_resources else "Resource"))
    if not resources and _principals(document) is not None:
        resources = _ANYTHING  # trust policies have no Resource: they are about their role
    return Statement(
        str(document.get("Sid") or f"statement {number}"),
        document["Effect"] == "Allow",
        _texts(document.get("NotAction" if negated_actions else "Action")),
        negated_actions,
        resources,
        negated_resources,
        _principals(document),
        _conditions(document.get("Condition")),
        variables,
    )


def _principals(document: Mapping[str, Any]) -> Principals | None:
    negated = "Principal" not in document and "NotPrincipal" in document
    element = document.get("NotPrincipal" if negated else "Principal")
    if element is None:
        return None
    if not isinstance(element, Mapping):
        return Principals((("AWS", _texts(element)),), negated)
    kinds = tuple((str(kind), _texts(names)) for kind, names in element.items())
    return Principals(kinds, negated)


def _conditions(block: Any) -> tuple[Condition, ...]:
    if not isinstance(block, Mapping):
        return ()
    return tuple(
        Condition(str(operator), str(key), _texts(values))
        for operator, keys in block.items()
        if isinstance(keys, Mapping)
        for key, values in keys.items()
    )


def _texts(value: Any) -> tuple[str, ...]:
    """One value or a list; JSON's ``true`` and numbers count as their text."""
    return tuple(
        one if isinstance(one, str) else json.dumps(one) for one in _items(value) if one is not None
    )


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
