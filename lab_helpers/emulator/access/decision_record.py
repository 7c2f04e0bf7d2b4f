"""A decision as JSON, for the journal: who wanted what, and what each statement had to say.

The size is bounded, whatever policies are attached: statements that came close are kept first.
"""

from __future__ import annotations

from typing import Any

from lab_helpers.emulator.access.evaluation import Decision, Look, PolicyType

MOST_STATEMENTS = 40
MOST_VALUES = 8
"""Of a statement's patterns."""
LONGEST_VALUE = 300

_NEARNESS = {"Condition": 0, "Principal": 1, "Resource": 2, "NotResource": 2}
_FARTHEST = 3


def decision_record(decision: Decision) -> dict[str, Any]:
    """``principal``, ``action``, ``resource``, ``allowed``, ``explicit_deny``, ``decided_by``,
    ``trusted_by_resource``, ``crosses_accounts``, ``context`` (condition keys that some statement
    looked at → values), ``policies`` and ``statements``, each in the order of evaluation."""
    asked = decision.request
    kept = _nearest(decision.looks)
    keys = {key.lower(): key for look in decision.looks if _is_close(look) for key in look.keys}
    return {
        "principal": asked.principal.arn,
        "identity": asked.principal.identity_arn,
        "is_service": asked.principal.is_service,
        "action": asked.action,
        "resource": asked.resource,
        "allowed": decision.allowed,
        "explicit_deny": decision.explicit,
        "decided_by": decision.decided_by.value,
        "trusted_by_resource": asked.trusted_by_resource,
        "crosses_accounts": asked.crosses_accounts,
        "context": {
            keys[key]: _shortened(values) for key, values in asked.context.items() if key in keys
        },
        "passed_to_service": next(iter(asked.context.get("iam:passedtoservice", ())), ""),
        "source_arn": next(iter(asked.context.get("aws:sourcearn", ())), ""),
        "source_account": next(iter(asked.context.get("aws:sourceaccount", ())), ""),
        "policies": [
            {"policy_type": kind.value, "policy": name} for kind, name in decision.policies
        ],
        "statements": [_statement(look) for look in kept],
        "statements_left_out": len(decision.looks) - len(kept),
    }


def _statement(look: Look) -> dict[str, Any]:
    details = look.mismatch.as_json(MOST_VALUES) if look.mismatch else {}
    for name in ("wanted", "found"):
        if name in details:
            details[name] = _shortened(details[name])
    return {
        "policy_type": look.policy_type.value,
        "policy": look.policy,
        "statement": look.statement,
        "effect": "Allow" if look.allows else "Deny",
        "mismatch": str(look.mismatch or ""),
        "details": details,
        "names": look.naming.name if look.policy_type is PolicyType.RESOURCE else "",
    }


def _nearest(looks: tuple[Look, ...]) -> tuple[Look, ...]:
    if len(looks) <= MOST_STATEMENTS:
        return looks
    chosen = {id(look) for look in sorted(looks, key=_distance)[:MOST_STATEMENTS]}
    return tuple(look for look in looks if id(look) in chosen)


def _distance(look: Look) -> int:
    return -1 if look.mismatch is None else _NEARNESS.get(look.mismatch.element, _FARTHEST)


def _is_close(look: Look) -> bool:
    """All but the conditions are about the request, or these too."""
    return look.mismatch is None or look.mismatch.element == "Condition"


def _shortened(values: tuple[str, ...] | list[str]) -> list[str]:
    return [
        one if len(one) <= LONGEST_VALUE else one[:LONGEST_VALUE] + "…"
        for one in values[:MOST_VALUES]
    ]
