"""Services that push events to functions: may they, and into the asynchronous queue with it.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

from collections.abc import Callable

from lab_helpers.arns import Arn
from lab_helpers.emulator.access.resource_policy import ServiceCall, allows
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.invocation.async_queue import AsyncQueue
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.moto_bridge.current_call import current_call

OnLoop = Callable[[Callable[[], object]], None]
"""Runs a call on the event loop, from whichever thread."""

S3_PRINCIPAL = "s3.amazonaws.com"


class PushSources:
    """Called from moto's threads."""

    def __init__(
        self,
        account_id: str,
        control_plane: LambdaControlPlane,
        queue: AsyncQueue,
        journal: Journal,
        on_loop: OnLoop,
    ) -> None:
        self._account_id = account_id
        self._control_plane = control_plane
        self._queue = queue
        self._journal = journal
        self._on_loop = on_loop

    def function_exists(self, region: str, reference: str) -> bool:
        try:
            self._control_plane.resolve(region, reference)
        except LambdaError:
            return False
        return True

    def bucket_may_invoke(self, function_arn: str, bucket: str) -> bool:
        """Whether the function's resource-based policy lets S3 invoke it for this bucket."""
        return self._may_invoke(S3_PRINCIPAL, function_arn, f"arn:aws:s3:::{bucket}")

    def deliver_from_bucket(
        self, function_arn: str, event: bytes, bucket: str, cause_id: str
    ) -> None:
        """Asynchronous; without permission the event is dropped, as S3 drops it."""
        if not self.bucket_may_invoke(function_arn, bucket):
            self._journal.append("delivery.refused", cause_id, function=function_arn, source=bucket)
            return
        region = Arn.parse(function_arn).region
        self._enqueue(region, function_arn, event, S3_PRINCIPAL, cause_id)

    def deliver_from_service(
        self, region: str, reference: str, event: bytes, principal: str
    ) -> None:
        """SNS, EventBridge and CloudWatch Logs: asynchronous."""
        self._enqueue(region, reference, event, principal, None)

    def _may_invoke(self, principal: str, function_arn: str, source_arn: str) -> bool:
        call = ServiceCall(principal, "lambda:InvokeFunction", source_arn, self._account_id)
        region = Arn.parse(function_arn).region
        try:
            return allows(self._control_plane.policy_document(region, function_arn), call)
        except LambdaError:
            return False

    def _enqueue(
        self, region: str, function: str, event: bytes, source: str, cause_id: str | None
    ) -> None:
        header = current_call.get().trace_header
        self._on_loop(
            lambda: self._queue.put(
                region, function, event, source, cause_id=cause_id, trace_header=header
            )
        )
