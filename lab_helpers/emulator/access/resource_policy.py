"""Whether a resource-based policy lets an AWS service call in.

https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
Reads what AddPermission writes: a service principal, an action, and conditions on the source.
A condition with an operator or key that is not known here is not met: the answer is no.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ServiceCall:
    """A service that wants to act for a resource of an account."""

    service: str
    action: str
    source_arn: str
    source_account: str


def allows(policy: Mapping[str, Any] | None, call: ServiceCall) -> bool:
    """An explicit Deny wins; without a matching Allow the answer is no."""
    if policy is None:
        return False
    effects = {
        statement.get("Effect")
        for statement in _as_list(policy.get("Statement"))
        if _matches(statement, call)
    }
    return "Allow" in effects and "Deny" not in effects


def _matches(statement: Mapping[str, Any], call: ServiceCall) -> bool:
    return (
        _principal_matches(statement.get("Principal"), call.service)
        and any(_wild(pattern, call.action) for pattern in _as_list(statement.get("Action")))
        and all(
            _condition_met(operator, block, call)
            for operator, block in (statement.get("Condition") or {}).items()
        )
    )


def _principal_matches(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    if isinstance(principal, Mapping):
        return service in _as_list(principal.get("Service")) or "*" in _as_list(
            principal.get("AWS")
        )
    return False


def _condition_met(operator: str, block: Mapping[str, Any], call: ServiceCall) -> bool:
    return all(_key_met(operator, key, _as_list(wanted), call) for key, wanted in block.items())


def _key_met(operator: str, key: str, wanted: list[Any], call: ServiceCall) -> bool:
    facts = {"aws:sourcearn": call.source_arn, "aws:sourceaccount": call.source_account}
    found = facts.get(key.lower())
    if found is None:
        return False
    if operator in ("ArnLike", "ArnEquals", "StringLike"):
        return any(_wild(str(pattern), found) for pattern in wanted)
    if operator == "StringEquals":
        return found in [str(value) for value in wanted]
    return False


def _wild(pattern: Any, text: str) -> bool:
    escaped = str(pattern).replace("[", "[[]")
    return fnmatch.fnmatchcase(text, escaped)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
