"""AWS's policy evaluation logic: from all policies that apply to one decision.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
An explicit deny wins over everything. Within one account the resource's policy or the caller's
has to allow, between accounts both; a permissions boundary and a session policy have to allow
too, unless the resource's policy names the caller itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lab_helpers.emulator.access.access_request import AccessRequest, PrincipalPolicies
from lab_helpers.emulator.access.policy_document import Policy
from lab_helpers.emulator.access.statement_matching import (
    Mismatch,
    Naming,
    mismatch,
    naming,
)


class PolicyType(StrEnum):
    """In the words of AWS's denials."""

    IDENTITY = "identity-based policy"
    RESOURCE = "resource-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"


@dataclass(frozen=True)
class Look:
    """A look at one statement.

    Attributes:
        policy: the policy's name.
        statement: its Sid, or its place in the policy.
        allows: its Effect.
        mismatch: what in it is not about the request; None where all of it matches.
        naming: how a resource-based statement names the caller.
        keys: the condition keys that it looks at.
    """

    policy_type: PolicyType
    policy: str
    statement: str
    allows: bool
    mismatch: Mismatch | None
    naming: Naming = Naming.ITSELF
    keys: tuple[str, ...] = ()

    @property
    def matches(self) -> bool:
        return self.mismatch is None


@dataclass(frozen=True)
class Decision:
    """The answer and how it came about.

    Attributes:
        explicit: a Deny statement refused it.
        decided_by: the kind of policy that refused, or did not allow; the one that allowed.
        looks: every statement that was looked at.
        policies: (kind, name) of every policy that was, those without statements too.
    """

    request: AccessRequest
    allowed: bool
    explicit: bool
    decided_by: PolicyType
    looks: tuple[Look, ...] = ()
    policies: tuple[tuple[PolicyType, str], ...] = ()


def decide(
    request: AccessRequest, caller: PrincipalPolicies, resource_policy: Policy | None = None
) -> Decision:
    """Evaluate all policies that apply.

    Args:
        resource_policy: the resource-based policy of ``request.resource``, if it has one.
    """
    policies = tuple(_policies(caller, resource_policy))
    has_boundary = caller.boundary is not None
    looks = tuple(
        look
        for kind, policy in policies
        for look in _looks_at(request, policy, kind, has_boundary=has_boundary)
    )
    named = tuple((kind, policy.name) for kind, policy in policies)
    denial = next((one for one in looks if one.matches and not one.allows), None)
    if denial is not None:
        return Decision(request, False, True, denial.policy_type, looks, named)
    missing = _missing(request, caller, looks)
    if missing is not None:
        return Decision(request, False, False, missing, looks, named)
    identity = _allows(looks, PolicyType.IDENTITY)
    decider = PolicyType.IDENTITY if identity else PolicyType.RESOURCE
    return Decision(request, True, False, decider, looks, named)


def _missing(
    request: AccessRequest, caller: PrincipalPolicies, looks: tuple[Look, ...]
) -> PolicyType | None:
    """The kind of policy whose Allow is wanting, in AWS's order; None where none is."""
    named = max(
        (one.naming for one in looks if one.policy_type is PolicyType.RESOURCE and one.matches),
        default=Naming.NOT_AT_ALL,
    )
    if request.principal.is_service:
        return None if named else PolicyType.RESOURCE
    if request.trusted_by_resource and not named:
        return PolicyType.RESOURCE
    if named is Naming.ITSELF and not request.crosses_accounts:
        return None
    identity_needed = request.crosses_accounts or named is not Naming.ROLE
    if identity_needed and not _allows(looks, PolicyType.IDENTITY):
        return PolicyType.IDENTITY
    if request.crosses_accounts and not named:
        return PolicyType.RESOURCE
    if caller.boundary is not None and not _allows(looks, PolicyType.BOUNDARY):
        return PolicyType.BOUNDARY
    if caller.session is not None and not _allows(looks, PolicyType.SESSION):
        return PolicyType.SESSION
    return None


def _allows(looks: tuple[Look, ...], policy_type: PolicyType) -> bool:
    return any(one.policy_type is policy_type and one.matches and one.allows for one in looks)


def _policies(
    caller: PrincipalPolicies, resource_policy: Policy | None
) -> Iterator[tuple[PolicyType, Policy]]:
    if resource_policy is not None:
        yield PolicyType.RESOURCE, resource_policy
    for policy in caller.identity:
        yield PolicyType.IDENTITY, policy
    if caller.boundary is not None:
        yield PolicyType.BOUNDARY, caller.boundary
    if caller.session is not None:
        yield PolicyType.SESSION, caller.session


def _looks_at(
    request: AccessRequest, policy: Policy, policy_type: PolicyType, *, has_boundary: bool
) -> Iterator[Look]:
    for statement in policy.statements:
        if policy_type is PolicyType.RESOURCE:
            how = naming(statement.principals, request.principal, has_boundary=has_boundary)
        else:
            how = Naming.ITSELF
        yield Look(
            policy_type,
            policy.name,
            statement.name,
            statement.allows,
            mismatch(statement, request, has_boundary=has_boundary),
            how,
            tuple(condition.key for condition in statement.conditions),
        )
