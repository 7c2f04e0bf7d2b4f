"""Whether a resource-based policy lets an AWS service call in.

https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lab_helpers.emulator.access.access_request import (
    AccessRequest,
    Principal,
    PrincipalPolicies,
)
from lab_helpers.emulator.access.evaluation import Decision, decide
from lab_helpers.emulator.access.policy_document import Policy


@dataclass(frozen=True)
class ServiceCall:
    """A service that wants to act for a resource of an account.

    Attributes:
        resource: ARN of what it wants to act on.
        source_owner: the account for which a service publishes to the account's own topics, as
            topics' default policies ask (``AWS:SourceOwner``).
    """

    service: str
    action: str
    source_arn: str
    source_account: str
    resource: str = "*"
    source_owner: str = ""


def decide_service_call(
    policy: Policy | None, call: ServiceCall, *, any_resource: bool = False
) -> Decision:
    """An explicit Deny wins; without a matching Allow the answer is no.

    Args:
        any_resource: the policy is this very resource's, whatever its Resource elements say.
    """
    context = {
        "aws:sourcearn": (call.source_arn,),
        "aws:sourceaccount": (call.source_account,),
        "aws:sourceowner": (call.source_owner,),
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (call.service,),
    }
    if policy is not None and (any_resource or call.resource == "*"):
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
