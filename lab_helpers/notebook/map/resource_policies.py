"""Whether a resource-based policy lets a service in, as far as its statements tell.

The conditions that these policies have in practice are looked at: the ARN and the account of the
source. https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-arn.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any


def lets_in(
    statements: Sequence[Mapping[str, Any]],
    service: str,
    action: str,
    source_arn: str,
    account_id: str,
) -> bool:
    """Whether some statement allows it and none denies it.

    Args:
        service: ``s3.amazonaws.com``.
        source_arn: of the bucket, topic or rule that the service acts for.
    """
    facts = {
        "aws:sourcearn": source_arn,
        "aws:sourceaccount": account_id,
        # Of a topic's default policy: it is the account's own callers that have it, no service.
        "aws:sourceowner": "",
    }
    fitting = [one for one in statements if _is_about(one, service, action, facts)]
    effects = {one.get("Effect") for one in fitting}
    return "Allow" in effects and "Deny" not in effects


def _is_about(
    statement: Mapping[str, Any], service: str, action: str, facts: Mapping[str, str]
) -> bool:
    return (
        _principal_fits(statement.get("Principal"), service)
        and any(_like(action.lower(), one.lower()) for one in _listed(statement.get("Action")))
        and all(
            _condition_holds(operator, keys, facts)
            for operator, keys in (statement.get("Condition") or {}).items()
        )
    )


def _principal_fits(principal: Any, service: str) -> bool:
    if isinstance(principal, Mapping):
        return service in _listed(principal.get("Service")) or "*" in _listed(principal.get("AWS"))
    return principal in ("*", service)


def _condition_holds(operator: str, keys: Mapping[str, Any], facts: Mapping[str, str]) -> bool:
    """A condition on anything else is taken to hold: it cannot be known here."""
    for key, wanted in keys.items():
        found = facts.get(key.lower())
        if found is None:
            continue
        if operator.startswith(("Arn", "StringLike")):
            fits = any(_like(found, one) for one in _listed(wanted))
        else:
            fits = found in _listed(wanted)
        if fits == ("Not" in operator):
            return False
    return True


def _like(text: str, pattern: str) -> bool:
    """``*`` and ``?`` as in policies; brackets are letters."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
