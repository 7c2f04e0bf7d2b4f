"""May this caller do what this request asks? Every request passes here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol

from lab_helpers.clock import iso_seconds
from lab_helpers.emulator.access.access_request import (
    AccessRequest,
    Principal,
    PrincipalPolicies,
)
from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked, ResourceNames
from lab_helpers.emulator.access.actions.table import asked_of
from lab_helpers.emulator.access.evaluation import Decision, decide
from lab_helpers.emulator.access.policy_document import Policy
from lab_helpers.emulator.access.principals import Caller, KeyOwner
from lab_helpers.emulator.http import Request

GUARDED_BY_RESOURCES = frozenset({"kms", "lambda", "s3", "secretsmanager", "sns", "sqs", "sts"})
"""Signing names of services whose resources have policies: they can refuse an administrator."""

_NEW_RESOURCES = frozenset({"CreateFunction", "PublishLayerVersion"})
"""Lambda operations on what has no policy yet, with bodies too large to read twice."""


class CallerPolicies(Protocol):
    """Where the caller's side of the policies is kept."""

    def principal(self, caller: Caller | KeyOwner) -> Principal: ...

    def of_caller(self, caller: Caller | KeyOwner, access_key_id: str) -> PrincipalPolicies: ...

    def tags(self, caller: Caller | KeyOwner) -> Mapping[str, str]: ...


class Authorisation:
    """Evaluates policies for requests.

    Args:
        resource_policy: the resource-based policy of an ARN, None where it has none.
        now: seconds since the epoch.
    """

    def __init__(
        self,
        account_id: str,
        policies: CallerPolicies,
        resource_policy: Callable[[str], Policy | None],
        names: ResourceNames,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._account_id = account_id
        self._policies = policies
        self._resource_policy = resource_policy
        self._names = names
        self._now = now

    def refusal(self, caller: Caller, operation: str, request: Request) -> Decision | None:
        """The first decision that refuses the request; None where all of it is allowed."""
        policies = self._policies.of_caller(caller, caller.access_key_id)
        if policies.allow_everything and (
            caller.service not in GUARDED_BY_RESOURCES or operation in _NEW_RESOURCES
        ):
            return None
        principal = self._policies.principal(caller)
        call = ApiRequest(
            caller.service,
            operation,
            caller.region,
            self._account_id,
            request,
            principal,
            self._names,
        )
        return self._first_refusal(caller, principal, policies, asked_of(call), request)

    def refusal_of_listing(self, caller: Caller, bucket_arn: str) -> Decision | None:
        """The decision that keeps a caller from learning which keys a bucket has not."""
        policies = self._policies.of_caller(caller, caller.access_key_id)
        if policies.allow_everything:
            return None
        decision = self.decide(caller, Asked("s3:ListBucket", bucket_arn), caller.access_key_id)
        return None if decision.allowed else decision

    def decide(self, owner: Caller | KeyOwner, asked: Asked, access_key_id: str) -> Decision:
        """Whether a principal may do something, for what the cloud does in its name."""
        policies = self._policies.of_caller(owner, access_key_id)
        principal = self._policies.principal(owner)
        context = self._context(owner, principal, "", access_key_id)
        return self._decide(principal, policies, asked, context)

    def _first_refusal(
        self,
        caller: Caller,
        principal: Principal,
        policies: PrincipalPolicies,
        all_asked: tuple[Asked, ...],
        request: Request,
    ) -> Decision | None:
        context: dict[str, tuple[str, ...]] = {}
        for asked in all_asked:
            if policies.allow_everything and not self._may_refuse_everyone(asked):
                continue
            if not context:
                context = self._context(caller, principal, caller.region, caller.access_key_id)
                context |= _context_of(request)
            decision = self._decide(principal, policies, asked, context)
            if not decision.allowed:
                return decision
        return None

    def _may_refuse_everyone(self, asked: Asked) -> bool:
        """Whether the resource's policy can refuse even an administrator."""
        policy = self._policy_of(asked)
        return asked.trusted_by_resource or (policy is not None and policy.denies_something)

    def _decide(
        self,
        principal: Principal,
        policies: PrincipalPolicies,
        asked: Asked,
        context: Mapping[str, tuple[str, ...]],
    ) -> Decision:
        request = AccessRequest(
            principal,
            asked.action,
            asked.resource,
            asked.also_known_as,
            {**context, **asked.context},
            asked.trusted_by_resource,
        )
        return decide(request, policies, self._policy_of(asked))

    def _policy_of(self, asked: Asked) -> Policy | None:
        if asked.action.startswith("iam:"):
            return None  # a trust policy is about assuming the role, not about managing it
        return self._resource_policy(asked.resource)

    def _context(
        self, caller: Caller | KeyOwner, principal: Principal, region: str, access_key_id: str
    ) -> dict[str, tuple[str, ...]]:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
        now = self._now()
        kind = "AssumedRole" if principal.is_session else "User"
        facts = {
            "aws:currenttime": _iso_time(int(now)),
            "aws:epochtime": str(int(now)),
            "aws:principalaccount": principal.account_id,
            "aws:principalarn": principal.identity_arn,
            "aws:principalisawsservice": "false",
            "aws:principaltype": kind,
            "aws:userid": principal.unique_id,
            "aws:viaawsservice": "false",
            "aws:resourceaccount": self._account_id,
        }
        if region:
            facts["aws:requestedregion"] = region
        if principal.is_session:
            facts["aws:multifactorauthpresent"] = "false"
        else:
            facts["aws:username"] = principal.arn.rsplit("/", 1)[-1]
        if caller.source_function_arn and region:  # not in what Lambda itself does with the role
            facts["lambda:sourcefunctionarn"] = caller.source_function_arn
        for name, value in self._policies.tags(caller).items():
            facts[f"aws:principaltag/{name.lower()}"] = value
        return {key: (value,) for key, value in facts.items()}


@lru_cache(maxsize=2)
def _iso_time(epoch_s: int) -> str:
    return iso_seconds(epoch_s)


def _context_of(request: Request) -> dict[str, tuple[str, ...]]:
    """What the connection tells. It is this machine's own, and counts as encrypted: policies
    that refuse plain HTTP are common, and at AWS nobody would meet them."""
    facts = {
        "aws:sourceip": "127.0.0.1",
        "aws:securetransport": "true",
        "aws:useragent": request.headers.get("user-agent"),
        "aws:referer": request.headers.get("referer"),
    }
    return {key: (value,) for key, value in facts.items() if value}
