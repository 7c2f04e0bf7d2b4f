"""The cloud's permissions, put together: whose policies are where, and who asks them."""

from __future__ import annotations

from collections.abc import Sequence

from lab_helpers.arns import Arn, partition_of
from lab_helpers.clock import Clock
from lab_helpers.emulator.access.access_request import Principal, PrincipalPolicies
from lab_helpers.emulator.access.actions.asked import Asked
from lab_helpers.emulator.access.actions.monitoring_actions import log_action
from lab_helpers.emulator.access.authorisation import Authorisation
from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.access.evaluation import Decision
from lab_helpers.emulator.access.plain_request import form_fields
from lab_helpers.emulator.access.policy_document import Policy, read_policy
from lab_helpers.emulator.access.principals import Caller
from lab_helpers.emulator.access.resource_policy import ServiceCall, decide_service_call
from lab_helpers.emulator.access.simulation import (
    read_simulation,
    simulate,
    simulation_answer,
)
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.denials import LOGS, SERVICE, Denials
from lab_helpers.emulator.http import Headers, Request, Response
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.current_call import CurrentCall, current_call
from lab_helpers.emulator.moto_bridge.iam.identities import Identities
from lab_helpers.emulator.moto_bridge.iam.identity_policies import IdentityPolicies
from lab_helpers.emulator.moto_bridge.iam.remembered_policies import (
    POLICY_CHANGES,
    RememberedPolicies,
)
from lab_helpers.emulator.moto_bridge.iam.resource_policies import ResourcePolicies
from lab_helpers.emulator.moto_bridge.logs.log_events import CloudWatchLogs
from lab_helpers.settings import Settings

S3_PRINCIPAL = "s3.amazonaws.com"


class Permissions:
    """Asks the policies that moto's services and Lambda's control plane keep.

    With ``LAMBDA_DOJO_PERMISSIONS=off`` nothing is ever refused.
    """

    def __init__(
        self,
        settings: Settings,
        control_plane: LambdaControlPlane,
        identities: Identities,
        clock: Clock,
        denials: Denials,
    ) -> None:
        self._denials = denials
        self._clock = clock
        self._allowed: set[tuple[str, str, str]] = set()
        self._allowed_at = (-1, -1)
        self._enforced = settings.enforce_permissions
        self._account_id = settings.account_id
        self._control_plane = control_plane
        self._identities = identities
        self._policies = policies = IdentityPolicies(settings.account_id, settings.region)
        self._resources = ResourcePolicies(settings.account_id, policies)
        self._authorisation = Authorisation(
            settings.account_id,
            RememberedPolicies(policies),
            self.resource_policy,
            self._resources,
            clock.now,
        )

    def refusal(self, caller: Caller, operation: str, request: Request) -> Decision | None:
        """The decision that refuses a request; None where it may go on."""
        if not self._enforced:
            return None
        return self._authorisation.refusal(caller, operation, request)

    def refusal_of_action(self, caller: Caller, asked: Asked) -> Decision | None:
        """The same for what a service does in the caller's name."""
        if not self._enforced:
            return None
        decision = self.decision_for(caller, asked)
        return None if decision.allowed else decision

    def decision_for(self, caller: Caller, asked: Asked) -> Decision:
        """Whether a caller may do what no operation of AWS's API stands for."""
        return self._authorisation.decide(caller, asked, caller.access_key_id)

    def refusal_of_missing_object(self, caller: Caller, request: Request) -> Decision | None:
        """S3 says that an object is missing only to those who may list its bucket.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
        """
        bucket = request.path.lstrip("/").partition("/")[0]
        if not self._enforced or not self._resources.bucket_exists(bucket):
            return None
        arn = f"arn:{partition_of(caller.region)}:s3:::{bucket}"
        return self._authorisation.refusal_of_listing(caller, arn)

    def moment(self) -> tuple[int, int]:
        """While it is the same, so is every decision about what a role may do, but with functions.

        No policy has changed, and conditions on the time look at whole seconds.
        """
        return POLICY_CHANGES.count, int(self._clock.now())

    def refusal_of_key(self, access_key_id: str, asked: Asked) -> Decision | None:
        """The same for what the cloud does with a role's credentials."""
        owner = self._identities.owner_of(access_key_id) if self._enforced else None
        if owner is None:
            return None
        decision = self._authorisation.decide(owner, asked, access_key_id)
        return None if decision.allowed else decision

    def simulated(self, operation: str, request: Request, request_id: str) -> Response:
        """The answer of SimulatePrincipalPolicy or SimulateCustomPolicy. Raises AwsError."""
        fields = form_fields(request)
        if operation == "SimulateCustomPolicy":
            caller = fields.get("CallerArn", "")
            found = Principal(caller, self._account_id, caller), PrincipalPolicies()
        else:
            arn = fields.get("PolicySourceArn", "")
            known = self._policies.of_arn(arn)
            if known is None:
                raise AwsError("NoSuchEntity", f"The entity with ARN {arn} cannot be found.", 404)
            found = known
        simulation = read_simulation(fields, *found)
        text = simulation_answer(operation, simulation, simulate(simulation), request_id)
        headers = Headers([("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id)])
        return Response(200, headers, text.encode())

    def role_may(self, role_arn: str, action: str, resource: str) -> bool:
        """Whether an execution role allows what Lambda does with it: polling, delivering."""
        if not self._enforced:
            return True
        moment, asked = self.moment(), (role_arn, action, resource)
        if moment != self._allowed_at:
            self._allowed, self._allowed_at = set(), moment
        if asked in self._allowed:  # pollers ask before every look
            return True
        decision = self._authorisation.decide(
            self._policies.session_of(role_arn), Asked(action, resource), ""
        )
        if not decision.allowed:
            self._denials.tell_once(SERVICE, _request_behind(), decision)
        elif ":function:" not in resource:
            self._allowed.add(asked)
        return decision.allowed

    def role_trusts(self, role_arn: str, service: str) -> bool:
        """Whether the role exists and its trust policy lets ``service`` assume it."""
        decision = self._identities.trust_decision(role_arn, service)
        if decision is not None and not decision.allowed:
            self._denials.tell(SERVICE, _request_behind(), decision)
        return decision is not None and decision.allowed

    def service_may(
        self, service: str, action: str, source_arn: str, resource: str, source_owner: str = ""
    ) -> bool:
        """Whether the resource's own policy lets an AWS service act on it for ``source_arn``."""
        if not self._enforced:
            return True
        call = ServiceCall(service, action, source_arn, self._account_id, resource, source_owner)
        # A change that is repeated after a restart goes by the answer of its day.
        return CHANGES.asked(lambda: self._lets_in(call))

    def _lets_in(self, call: ServiceCall) -> bool:
        resource = call.resource
        decision = decide_service_call(self.resource_policy(resource), call)
        if not decision.allowed:
            self._denials.tell(SERVICE, _request_behind(), decision)
        return decision.allowed

    def bucket_may_publish(self, service: str, resource: str, bucket: str) -> bool:
        """Whether a queue's (``sqs``) or a topic's (``sns``) policy lets S3 in for a bucket."""
        action = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}[service]
        return self.service_may(S3_PRINCIPAL, action, f"arn:aws:s3:::{bucket}", resource)

    def resource_policy(self, resource: str) -> Policy | None:
        """The resource-based policy of an ARN; None where it has none."""
        if ":function:" not in resource:
            return self._resources.policy_of(resource)
        try:
            document = self._control_plane.policy_document(Arn.parse(resource).region, resource)
        except LambdaError:
            return None
        return None if document is None else read_policy(document, resource)


class RoleLogs:
    """CloudWatch Logs as one execution environment may write to it: as far as its role may.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    Lines that the role may not write are lost, as at AWS; the journal says so once.
    """

    def __init__(
        self,
        logs: CloudWatchLogs,
        permissions: Permissions,
        denials: Denials,
        account_id: str,
        access_key_id: str,
    ) -> None:
        self._logs = logs
        self._permissions = permissions
        self._denials = denials
        self._account_id = account_id
        self._access_key_id = access_key_id
        self._told = False
        self._allowed_at = (-1, -1)

    def put(self, region: str, group: str, stream: str, lines: Sequence[tuple[int, str]]) -> None:
        """Write ``(milliseconds since the epoch, message)`` pairs, or drop them."""
        has_stream = self._logs.has_stream(region, group, stream)
        moment = self._permissions.moment()
        if moment != self._allowed_at or not has_stream:
            for step in self._steps(region, group, stream, has_stream):
                refused = self._permissions.refusal_of_key(self._access_key_id, step)
                if refused is not None:
                    self._tell(refused)
                    return
            self._allowed_at = moment
        self._logs.put(region, group, stream, lines)

    def _steps(self, region: str, group: str, stream: str, has_stream: bool) -> list[Asked]:
        account = f"arn:{partition_of(region)}:logs:{region}:{self._account_id}"
        steps = [log_action("logs:PutLogEvents", account, group, stream)]
        if not has_stream:
            steps.insert(0, log_action("logs:CreateLogStream", account, group, stream))
        if not self._logs.has_group(region, group):
            steps.insert(0, log_action("logs:CreateLogGroup", account, group))
        return steps

    def _tell(self, refused: Decision) -> None:
        if not self._told:
            self._denials.tell(LOGS, "", refused)
        self._told = True


def _request_behind() -> str:
    """Id of the request that services act for; empty where they act on their own: pollers."""
    request_id = current_call.get().request_id
    return "" if request_id == CurrentCall.request_id else request_id
