"""What whoever makes a stack may do: the caller, or the service role that the caller passes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from lab_helpers.arns import Arn
from lab_helpers.emulator.access.actions.asked import Asked
from lab_helpers.emulator.access.denials import denial
from lab_helpers.emulator.access.evaluation import Decision
from lab_helpers.emulator.access.plain_request import plain_request
from lab_helpers.emulator.access.principals import Caller
from lab_helpers.emulator.denials import API, Denials
from lab_helpers.emulator.http import Request
from lab_helpers.emulator.moto_bridge.current_call import current_call, stack_caller
from lab_helpers.emulator.moto_bridge.stacks.api_calls import service_role
from lab_helpers.emulator.permissions import Permissions

PRINCIPAL = "cloudformation.amazonaws.com"
SESSION = "AWSCloudFormation"
"""The name of CloudFormation's session in a service role."""


class StackAccess:
    """Asked in the thread in which moto carries a stack's request out."""

    def __init__(self, permissions: Permissions, denials: Denials) -> None:
        self._permissions = permissions
        self._denials = denials

    def authorise(self, service: str, operation: str, request: Request, region: str) -> None:
        """Raises AwsError."""
        maker = _maker(service, region)
        if maker is None:
            return
        asked = plain_request(service, request)
        decision = self._permissions.refusal(maker, operation, asked)
        if decision is not None:
            self._deny(maker, operation, decision)

    def permit(self, action: str, resource: str) -> None:
        """Raises AwsError."""
        service, _, operation = action.partition(":")
        maker = _maker(service, "")
        if maker is None:
            return
        decision = self._permissions.refusal_of_action(maker, Asked(action, resource))
        if decision is not None:
            self._deny(maker, operation, decision)

    def may_act_as(self, role_arn: str) -> bool:
        """Raises AwsError where the caller may not pass the role."""
        caller = stack_caller.get()
        if caller is None:
            return True
        to_us = {"iam:passedtoservice": (PRINCIPAL,)}
        passing = Asked("iam:PassRole", role_arn, context=to_us)
        decision = self._permissions.refusal_of_action(caller, passing)
        if decision is not None:
            self._deny(caller, "PassRole", decision)
        return self._permissions.role_trusts(role_arn, PRINCIPAL)

    def _deny(self, maker: Caller, operation: str, decision: Decision) -> NoReturn:
        self._denials.tell(
            API,
            current_call.get().request_id,
            decision,
            service=maker.service,
            operation=operation,
            region=maker.region,
            caller=maker.arn,
        )
        raise denial(maker.service, decision)


def _maker(service: str, region: str) -> Caller | None:
    """Who makes the stack's resources, as the caller of a service."""
    caller = stack_caller.get()
    if caller is None:
        return None
    region = region or caller.region
    if not (role := service_role.get()):
        return replace(caller, service=service, region=region)
    arn = Arn.parse(role)
    session = f"assumed-role/{role.rpartition('/')[2]}/{SESSION}"
    who = f"arn:{arn.partition}:sts::{arn.account_id}:{session}"
    return Caller(who, f"AROA:{SESSION}", "", region, service)
