"""Where an asynchronous invocation's end is told: dead-letter queue and destinations.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
Both may be set at once; then both get theirs.
"""

from __future__ import annotations

from collections.abc import Callable

from lab_helpers.arns import Arn
from lab_helpers.emulator.control_plane.records import InvokeTarget
from lab_helpers.emulator.control_plane.role_permissions import ASYNC_RECORDS, needed_to_send
from lab_helpers.emulator.invocation.deliveries import (
    BusEvent,
    Deliver,
    Delivery,
    DeliveryError,
    Origin,
    QueueMessage,
    StoredObject,
    TopicMessage,
)
from lab_helpers.emulator.invocation.invocation_records import (
    FinishedEvent,
    dead_letter_attributes,
    detail_type,
    invocation_record,
    object_key,
    qualified_arn,
)
from lab_helpers.emulator.invocation.metrics import LambdaMetrics
from lab_helpers.emulator.journal import Journal

RoleMay = Callable[[str, str, str], bool]
"""(execution role's ARN, action, resource ARN) → allowed?"""


def every_role_may(role_arn: str, action: str, resource_arn: str) -> bool:
    """For whoever evaluates no policies. A refusal loses the record and shows in the metrics."""
    return True


InvokeAsync = Callable[[str, bytes, Origin], str]
"""(function ARN, event, origin) → request id of the new asynchronous invocation."""


class AsyncOutcomes:
    """Sends what is to be sent of an event that is over."""

    def __init__(
        self,
        deliver: Deliver,
        invoke: InvokeAsync,
        journal: Journal,
        metrics: LambdaMetrics,
        role_may: RoleMay = every_role_may,
    ) -> None:
        self._deliver = deliver
        self._invoke = invoke
        self._journal = journal
        self._metrics = metrics
        self._role_may = role_may

    async def tell(self, event: FinishedEvent, trace_header: str) -> None:
        """Never raises: what cannot be sent is lost, with its metric, as at AWS."""
        target, settings = event.target, event.target.async_settings
        origin = Origin(event.request_id, trace_header)
        if not event.succeeded and target.dead_letter_target_arn:
            await self._dead_letter(event, target.dead_letter_target_arn, origin)
        destination = settings.on_success_arn if event.succeeded else settings.on_failure_arn
        if destination:
            await self._destination(event, destination, origin)

    async def _dead_letter(self, event: FinishedEvent, arn: str, origin: Origin) -> None:
        body = event.payload.decode("utf-8", "replace")
        attributes = dead_letter_attributes(event)
        delivery: Delivery = (
            QueueMessage(arn, body, attributes)
            if Arn.parse(arn).service == "sqs"
            else TopicMessage(arn, body, attributes)
        )
        try:
            self._check_role(event.target, arn)
            await self._deliver(delivery, origin)
        except DeliveryError as error:
            self._metrics.dead_letter_error(event.target)
            self._failed(event, "dead_letter", arn, error)
            return
        self._journal.append(
            "async.dead_letter",
            event.request_id,
            target=arn,
            condition=event.condition.value,
            attributes={name: attribute.value for name, attribute in attributes.items()},
        )

    async def _destination(self, event: FinishedEvent, arn: str, origin: Origin) -> None:
        invoked_id: str | None = None
        try:
            self._check_role(event.target, arn)
            if Arn.parse(arn).service == "lambda":
                invoked_id = self._invoke(arn, invocation_record(event).encode(), origin)
            else:
                await self._deliver(_record_for(event, arn), origin)
        except DeliveryError as error:
            self._metrics.destination_failure(event.target)
            self._failed(event, "destination", arn, error)
            return
        self._journal.append(
            "async.destination",
            event.request_id,
            target=arn,
            condition=event.condition.value,
            invoked_request_id=invoked_id,
        )

    def _check_role(self, target: InvokeTarget, resource_arn: str) -> None:
        prefix = ASYNC_RECORDS.format(function=target.version.function_name)
        for action, resource in needed_to_send(resource_arn, prefix):
            if not self._role_may(target.version.role, action, resource):
                raise DeliveryError(f"the execution role does not allow {action}")

    def _failed(self, event: FinishedEvent, kind: str, arn: str, error: DeliveryError) -> None:
        self._journal.append(
            "async.delivery_failed", event.request_id, to=kind, target=arn, reason=error.reason
        )


def _record_for(event: FinishedEvent, arn: str) -> Delivery:
    record = invocation_record(event)
    match Arn.parse(arn).service:
        case "sqs":
            return QueueMessage(arn, record)
        case "sns":
            return TopicMessage(arn, record)
        case "events":
            resources = (arn, qualified_arn(event.target))
            return BusEvent(arn, "lambda", detail_type(event), record, resources)
        case "s3":
            return StoredObject(arn, object_key(event), record)
        case service:
            raise DeliveryError(f"{service} is no destination for asynchronous invocations")
