"""Who may use a function URL: signatures and policies, asked for the front door.

https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
Since October 2025 both actions have to be allowed: ``lambda:InvokeFunctionUrl``, and
``lambda:InvokeFunction`` by way of the URL. Whoever does not sign has no policies of their own:
the function's has to let everyone in.
"""

from __future__ import annotations

from lab_helpers.arns import Arn
from lab_helpers.emulator.access.access_request import AccessRequest, Principal, PrincipalPolicies
from lab_helpers.emulator.access.actions.asked import Asked
from lab_helpers.emulator.access.authentication import Authentication
from lab_helpers.emulator.access.evaluation import Decision, decide
from lab_helpers.emulator.access.principals import Caller
from lab_helpers.emulator.denials import API, Denials
from lab_helpers.emulator.http import Request
from lab_helpers.emulator.permissions import Permissions
from lab_helpers.settings import Settings

ANONYMOUS = "anonymous"


class UrlAccess:
    """Asks the cloud's own keys and policies."""

    def __init__(
        self,
        settings: Settings,
        authentication: Authentication,
        permissions: Permissions,
        denials: Denials,
    ) -> None:
        self._authentication = authentication
        self._permissions = permissions
        self._denials = denials
        self._enforced = settings.enforce_permissions

    def signer(self, request: Request) -> Caller:
        """Raises AwsError where it is not signed, or wrongly."""
        return self._authentication.admit(request)[0]

    def refuses(
        self, caller: Caller | None, auth_type: str, function_arn: str, request_id: str
    ) -> bool:
        if not self._enforced:
            return False
        for asked in _both_actions(auth_type, function_arn):
            decision = self._decision(caller, asked)
            if not decision.allowed:
                self._tell(decision, caller, function_arn, request_id)
                return True
        return False

    def _decision(self, caller: Caller | None, asked: Asked) -> Decision:
        if caller is not None:
            return self._permissions.decision_for(caller, asked)
        owner = Arn.parse(asked.resource).account_id
        request = AccessRequest(
            Principal(ANONYMOUS, owner), asked.action, asked.resource, context=asked.context
        )
        policy = self._permissions.resource_policy(asked.resource)
        return decide(request, PrincipalPolicies(), policy)

    def _tell(
        self, decision: Decision, caller: Caller | None, function_arn: str, request_id: str
    ) -> None:
        self._denials.tell(
            API,
            request_id,
            decision,
            service="lambda",
            operation="InvokeFunctionUrl",
            region=Arn.parse(function_arn).region,
            caller=caller.arn if caller else ANONYMOUS,
        )


def _both_actions(auth_type: str, function_arn: str) -> tuple[Asked, Asked]:
    of_url = {"lambda:functionurlauthtype": (auth_type,)}
    by_url = {**of_url, "lambda:invokedviafunctionurl": ("true",)}
    return (
        Asked("lambda:InvokeFunctionUrl", function_arn, context=of_url),
        Asked("lambda:InvokeFunction", function_arn, context=by_url),
    )
