"""Whether a resource-based policy lets an AWS service call in.

https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lab_helpers.emulator.access.access_request import (
    AccessRequest,
    Principal,
    PrincipalPolicies,
)
from lab_helpers.emulator.access.evaluation import Decision, decide
from lab_helpers.emulator.access.policy_document import Policy, read_policy


@dataclass(frozen=True)
class ServiceCall:
    """A service that wants to act for a resource of an account.

    Attributes:
        resource: ARN of what it wants to act on; ``*`` where the policy is that resource's and
            names no other.
    """

    service: str
    action: str
    source_arn: str
    source_account: str
    resource: str = "*"


def allows(policy: Mapping[str, Any] | None, call: ServiceCall) -> bool:
    """An explicit Deny wins; without a matching Allow the answer is no."""
    if policy is None:
        return False
    return decide_service_call(read_policy(policy, "resource-based policy"), call).allowed


def decide_service_call(policy: Policy | None, call: ServiceCall) -> Decision:
    """The same, with the reasons."""
    context = {
        "aws:sourcearn": (call.source_arn,),
        "aws:sourceaccount": (call.source_account,),
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (call.service,),
    }
    if policy is not None and call.resource == "*":
        policy = _about_anything(policy)
    request = AccessRequest(
        Principal.service(call.service, call.source_account),
        call.action,
        call.resource,
        context={key: values for key, values in context.items() if values != ("",)},
    )
    return decide(request, PrincipalPolicies(), policy)


def _about_anything(policy: Policy) -> Policy:
    """The policy with Resource left out of account: its resource is the only one there is."""
    statements = tuple(
        replace(one, resources=("*",), negated_resources=False) for one in policy.statements
    )
    return replace(policy, statements=statements)
