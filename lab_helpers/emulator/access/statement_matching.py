"""Whether one statement is about a request, and if not, which element says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

from lab_helpers.emulator.access.access_request import AccessRequest, Principal
from lab_helpers.emulator.access.condition_operators import condition_met
from lab_helpers.emulator.access.patterns import action_matches, expanded, resource_matches
from lab_helpers.emulator.access.policy_document import Principals, Statement


class Naming(IntEnum):
    """How closely a Principal element names a caller: what an Allow then grants.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """

    NOT_AT_ALL = 0
    ACCOUNT = 1  # its account is trusted: an identity-based policy has to allow as well
    ROLE = 2  # the role: its boundary and the session's policy limit it
    ITSELF = 3  # the user, the session, the service or everyone: nothing else has to allow


@dataclass(frozen=True)
class Mismatch:
    """The element of a statement that is not about the request.

    Attributes:
        element: ``Action``, ``NotAction``, ``Resource``, ``NotResource``, ``Principal`` or
            ``Condition``.
        wanted: what the statement has there; of a Principal the names of all kinds.
        found: what the request has; empty where it lacks a condition key.
        operator: of a Condition, with its ``key``; empty for other elements.
    """

    element: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]
    operator: str = ""
    key: str = ""

    def __str__(self) -> str:
        if self.element != "Condition":
            return f"{self.element} does not match"
        having = f"is {', '.join(self.found)}" if self.found else "is not in the request"
        return f"Condition {self.operator} wants {', '.join(self.wanted)}: {self.key} {having}"

    def as_json(self, longest: int) -> dict[str, Any]:
        """Of ``wanted`` and ``found`` at most ``longest`` each; ``more`` counts what is left."""
        return asdict(self) | {
            "wanted": list(self.wanted[:longest]),
            "found": list(self.found[:longest]),
            "more": max(0, len(self.wanted) - longest),
        }


def naming(
    principals: Principals | None, caller: Principal, *, has_boundary: bool = False
) -> Naming:
    """How a statement's Principal or NotPrincipal names the caller.

    NotPrincipal is about a caller who has a permissions boundary, whomever it names; and to name
    an account there spares its root user, not all who are in it.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    if principals is None:
        return Naming.ITSELF
    if not principals.negated:
        return _named(principals, caller)
    is_spared = _named(principals, caller) > Naming.ACCOUNT and not has_boundary
    return Naming.NOT_AT_ALL if is_spared else Naming.ITSELF


def _named(principals: Principals, caller: Principal) -> Naming:
    everyone = "*" in principals.of_kind("AWS")
    if caller.is_service:
        services = principals.of_kind("Service")
        return Naming.ITSELF if everyone or {caller.arn, "*"} & {*services} else Naming.NOT_AT_ALL
    names = principals.of_kind("AWS")
    if everyone or caller.arn in names or caller.unique_id in names:
        return Naming.ITSELF
    if caller.identity_arn in names:
        return Naming.ROLE if caller.is_session else Naming.ITSELF
    accounts = (caller.account_id, f":iam::{caller.account_id}:root")
    if any(name == accounts[0] or name.endswith(accounts[1]) for name in names):
        return Naming.ACCOUNT
    return Naming.NOT_AT_ALL


def mismatch(
    statement: Statement, request: AccessRequest, *, has_boundary: bool = False
) -> Mismatch | None:
    """Why the statement is not about the request, None where it is.

    The first element that does not fit, in the order Action, Resource, Principal, Condition.
    """
    if not _action_fits(statement, request.action):
        element = "NotAction" if statement.negated_actions else "Action"
        return Mismatch(element, statement.actions, (request.action,))
    if not _resource_fits(statement, request):
        element = "NotResource" if statement.negated_resources else "Resource"
        return Mismatch(element, statement.resources, request.resources)
    named = naming(statement.principals, request.principal, has_boundary=has_boundary)
    if named is Naming.NOT_AT_ALL:
        return Mismatch("Principal", _names(statement.principals), (request.principal.arn,))
    for condition in statement.conditions:
        if not condition_met(condition, request.context, variables=statement.variables):
            found = request.context.get(condition.key.lower(), ())
            return Mismatch("Condition", condition.values, found, condition.operator, condition.key)
    return None


def _names(principals: Principals | None) -> tuple[str, ...]:
    kinds = principals.by_kind if principals is not None else ()
    return tuple(name for _, names in kinds for name in names)


def _action_fits(statement: Statement, action: str) -> bool:
    matches = any(action_matches(pattern, action) for pattern in statement.actions)
    return matches is not statement.negated_actions


def _resource_fits(statement: Statement, request: AccessRequest) -> bool:
    variables, context = statement.variables, request.context
    if statement.negated_resources and any(
        expanded(pattern, context, variables=variables) is None for pattern in statement.resources
    ):
        return False  # a statement that speaks of an unknown variable is about nothing
    matches = any(
        resource_matches(pattern, resource, context, variables=variables)
        for pattern in statement.resources
        for resource in request.resources
    )
    return matches is not statement.negated_resources
