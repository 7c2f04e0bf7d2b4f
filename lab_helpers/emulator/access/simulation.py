"""IAM's policy simulator: the same evaluation, asked by hand.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from lab_helpers.emulator.access.access_request import (
    AccessRequest,
    Principal,
    PrincipalPolicies,
)
from lab_helpers.emulator.access.evaluation import Decision, Look, PolicyType, decide
from lab_helpers.emulator.access.policy_document import Policy, parse_policy

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
_SOURCE_TYPES = {
    PolicyType.IDENTITY: "IAM Policy",
    PolicyType.RESOURCE: "Resource Policy",
    PolicyType.BOUNDARY: "IAM Policy",
    PolicyType.SESSION: "IAM Policy",
}


@dataclass(frozen=True)
class Simulation:
    """What is simulated.

    Attributes:
        policies: of the principal, and those given with the call.
        context: the given condition keys, in lower case.
    """

    principal: Principal
    policies: PrincipalPolicies
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    resource_policy: Policy | None
    context: Mapping[str, tuple[str, ...]]


def read_simulation(
    fields: Mapping[str, str], principal: Principal, policies: PrincipalPolicies
) -> Simulation:
    """A query request's fields → the simulation, with the principal's own policies."""
    given = [
        parse_policy(text, f"PolicyInputList.{number}")
        for number, text in enumerate(_members(fields, "PolicyInputList"), 1)
    ]
    boundaries = _members(fields, "PermissionsBoundaryPolicyInputList")
    if boundaries:
        boundary = parse_policy(boundaries[0], "PermissionsBoundaryPolicyInputList.1")
        policies = replace(policies, boundary=boundary)
    text = fields.get("ResourcePolicy")
    return Simulation(
        principal,
        replace(policies, identity=(*policies.identity, *given)),
        tuple(_members(fields, "ActionNames")),
        tuple(_members(fields, "ResourceArns")) or ("*",),
        parse_policy(text, "ResourcePolicy") if text else None,
        dict(_context(fields)),
    )


def _members(fields: Mapping[str, str], name: str) -> list[str]:
    """``Name.member.1``, ``Name.member.2`` … in this order."""
    found: list[str] = []
    while (value := fields.get(f"{name}.member.{len(found) + 1}")) is not None:
        found.append(value)
    return found


def _context(fields: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    number = 1
    while key := fields.get(f"ContextEntries.member.{number}.ContextKeyName"):
        values = _members(fields, f"ContextEntries.member.{number}.ContextKeyValues")
        yield key.lower(), tuple(values)
        number += 1


def simulate(simulation: Simulation) -> list[Decision]:
    """One decision for each action on each resource."""
    return [
        decide(
            AccessRequest(simulation.principal, action, resource, context=simulation.context),
            simulation.policies,
            simulation.resource_policy,
        )
        for action in simulation.actions
        for resource in simulation.resources
    ]


def simulation_answer(
    operation: str, simulation: Simulation, decisions: Sequence[Decision], request_id: str
) -> str:
    """The API's XML."""
    results = "".join(_result(one, simulation) for one in decisions)
    return (
        f'<{operation}Response xmlns="{NAMESPACE}"><{operation}Result>'
        f"<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>"
        f"</{operation}Result><ResponseMetadata><RequestId>{request_id}</RequestId>"
        f"</ResponseMetadata></{operation}Response>"
    )


def _result(decision: Decision, simulation: Simulation) -> str:
    word = "explicitDeny" if decision.explicit else "implicitDeny"
    asked = decision.request
    missing = "".join(
        f"<member>{escape(key)}</member>" for key in _missing_keys(simulation, decision)
    )
    matched = "".join(_statement(look) for look in decision.looks if look.matches)
    boundary = ""
    if simulation.policies.boundary is not None:
        looks = [one for one in decision.looks if one.policy_type is PolicyType.BOUNDARY]
        allowed = any(one.matches and one.allows for one in looks) and not any(
            one.matches and not one.allows for one in looks
        )
        boundary = (
            "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>"
            f"{str(allowed).lower()}</AllowedByPermissionsBoundary>"
            "</PermissionsBoundaryDecisionDetail>"
        )
    return (
        f"<member><EvalActionName>{escape(asked.action)}</EvalActionName>"
        f"<EvalResourceName>{escape(asked.resource)}</EvalResourceName>"
        f"<EvalDecision>{'allowed' if decision.allowed else word}</EvalDecision>"
        f"<MatchedStatements>{matched}</MatchedStatements>"
        f"<MissingContextValues>{missing}</MissingContextValues>{boundary}</member>"
    )


def _statement(look: Look) -> str:
    return (
        f"<member><SourcePolicyId>{escape(look.policy)}</SourcePolicyId>"
        f"<SourcePolicyType>{_SOURCE_TYPES[look.policy_type]}</SourcePolicyType></member>"
    )


def _missing_keys(simulation: Simulation, decision: Decision) -> list[str]:
    """Condition keys that the policies name and the call does not give."""
    policies = [*simulation.policies.identity]
    for extra in (simulation.policies.boundary, simulation.resource_policy):
        policies += [extra] if extra is not None else []
    named = {
        condition.key
        for policy in policies
        for statement in policy.statements
        for condition in statement.conditions
    }
    return sorted(key for key in named if key.lower() not in decision.request.context)
