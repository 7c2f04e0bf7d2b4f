"""Services that push events to functions: may they, and into the asynchronous queue with it.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab_helpers.arns import Arn
from lab_helpers.emulator.access.evaluation import Decision
from lab_helpers.emulator.access.policy_document import read_policy
from lab_helpers.emulator.access.resource_policy import ServiceCall, decide_service_call
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.denials import SERVICE, Denials
from lab_helpers.emulator.invocation.async_queue import AsyncQueue
from lab_helpers.emulator.invocation.invoke_api import ASYNC_PAYLOAD_BYTES
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.current_call import current_call

OnLoop = Callable[[Callable[[], object]], None]
"""Runs a call on the event loop, from whichever thread."""

S3_PRINCIPAL = "s3.amazonaws.com"
SNS_PRINCIPAL = "sns.amazonaws.com"
EVENTS_PRINCIPAL = "events.amazonaws.com"
SCHEDULER_PRINCIPAL = "scheduler.amazonaws.com"
LOGS_PRINCIPAL = "logs.amazonaws.com"
ALARMS_PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com"

CHAINED = frozenset({S3_PRINCIPAL, SNS_PRINCIPAL})
"""Services that hand the tracing header on; loops over others are not detected, as at AWS.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""


@dataclass(frozen=True)
class Refusal:
    """Why Lambda did not take an event.

    Attributes:
        code: ``ResourceNotFoundException``, ``AccessDeniedException`` …
    """

    code: str
    message: str


class PushSources:
    """Called from moto's threads."""

    def __init__(
        self,
        account_id: str,
        control_plane: LambdaControlPlane,
        queue: AsyncQueue,
        journal: Journal,
        denials: Denials,
        on_loop: OnLoop,
    ) -> None:
        self._account_id = account_id
        self._control_plane = control_plane
        self._queue = queue
        self._journal = journal
        self._denials = denials
        self._on_loop = on_loop

    def function_exists(self, region: str, reference: str) -> bool:
        return CHANGES.asked(lambda: self._exists(region, reference))

    def _exists(self, region: str, reference: str) -> bool:
        try:
            self._control_plane.resolve(region, reference)
        except LambdaError:
            return False
        return True

    def may_invoke(self, principal: str, source_arn: str, function_arn: str) -> bool:
        """Whether the function's resource-based policy lets the service in for this source.

        A policy belongs to exactly one qualifier: an alias's does not count for the function.
        """
        return CHANGES.asked(lambda: self._may_invoke(principal, source_arn, function_arn))

    def _may_invoke(self, principal: str, source_arn: str, function_arn: str) -> bool:
        decision = self._decision(principal, source_arn, function_arn)
        return decision is not None and decision.allowed

    def _decision(self, principal: str, source_arn: str, function_arn: str) -> Decision | None:
        """None where there is no such function."""
        try:
            region = Arn.parse(function_arn).region
            document = self._control_plane.policy_document(region, function_arn)
        except (LambdaError, ValueError):
            return None
        call = ServiceCall(
            principal, "lambda:InvokeFunction", source_arn, self._account_id, function_arn
        )
        policy = None if document is None else read_policy(document, function_arn)
        return decide_service_call(policy, call, any_resource=True)

    def _invited(self, principal: str, source_arn: str, function_arn: str) -> bool:
        """``may_invoke``, with a refusal put on record."""
        decision = self._decision(principal, source_arn, function_arn)
        if decision is not None and not decision.allowed:
            self._denials.tell(SERVICE, current_call.get().request_id, decision)
        return decision is not None and decision.allowed

    def bucket_may_invoke(self, function_arn: str, bucket: str) -> bool:
        return self._invited(S3_PRINCIPAL, f"arn:aws:s3:::{bucket}", function_arn)

    def push(
        self, principal: str, source_arn: str, function_arn: str, event: str | dict[str, Any]
    ) -> Refusal | None:
        """Into the queue of the function; or why not.

        Args:
            event: JSON, as text or as Python has it.
        """
        return _refusal_of(
            CHANGES.asked(lambda: self._pushed(principal, source_arn, function_arn, event))
        )

    def _pushed(
        self, principal: str, source_arn: str, function_arn: str, event: str | dict[str, Any]
    ) -> tuple[str, str] | None:
        """(code, message) of a refusal: a plain value, which is kept."""
        refusal = self._refusal(principal, source_arn, function_arn)
        text = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
        if refusal is None and len(text.encode()) > ASYNC_PAYLOAD_BYTES:
            refusal = Refusal("RequestEntityTooLargeException", "the event is larger than 1 MB")
        if refusal is not None:
            self._journal.append(
                "delivery.refused",
                current_call.get().request_id,
                function=function_arn,
                source=source_arn,
                principal=principal,
                code=refusal.code,
            )
            return refusal.code, refusal.message
        self._enqueue(Arn.parse(function_arn).region, function_arn, text.encode(), principal)
        return None

    def push_for_role(self, function_arn: str, event: str) -> Refusal | None:
        """For a service that invokes with a role of the account: the role's policies decide, and
        whoever calls has asked them; the function's own do not count."""
        return _refusal_of(CHANGES.asked(lambda: self._pushed_for_role(function_arn, event)))

    def _pushed_for_role(self, function_arn: str, event: str) -> tuple[str, str] | None:
        region = Arn.parse(function_arn).region
        if not self._exists(region, function_arn):
            return "ResourceNotFoundException", f"Function not found: {function_arn}"
        self._enqueue(region, function_arn, event.encode(), SCHEDULER_PRINCIPAL)
        return None

    def deliver_from_bucket(self, function_arn: str, event: bytes, bucket: str) -> None:
        """Asynchronous; without permission the event is dropped, as S3 drops it."""
        self.push(S3_PRINCIPAL, f"arn:aws:s3:::{bucket}", function_arn, event.decode())

    def deliver_unasked(self, region: str, reference: str, event: bytes, principal: str) -> None:
        """For moto's remaining services that have functions called."""
        CHANGES.asked(lambda: self._enqueue(region, reference, event, principal))

    def _refusal(self, principal: str, source_arn: str, function_arn: str) -> Refusal | None:
        try:
            region = Arn.parse(function_arn).region
            self._control_plane.resolve(region, function_arn)
        except (LambdaError, ValueError) as error:
            return Refusal("ResourceNotFoundException", str(error))
        if self._invited(principal, source_arn, function_arn):
            return None
        return Refusal(
            "AccessDeniedException",
            f"{principal} is not authorized to perform: lambda:InvokeFunction on resource: "
            f"{function_arn} because no resource-based policy allows the lambda:InvokeFunction "
            "action",
        )

    def _enqueue(self, region: str, function: str, event: bytes, source: str) -> None:
        call = current_call.get()
        header = call.trace_header if source in CHAINED else ""
        cause_id = call.request_id
        accepted = self._queue.accept(
            region, function, event, source, cause_id=cause_id, trace_header=header
        )
        CHANGES.afterwards(lambda: self._on_loop(lambda: self._queue.begin(accepted)))


def _refusal_of(told: tuple[str, str] | None) -> Refusal | None:
    return None if told is None else Refusal(*told)
