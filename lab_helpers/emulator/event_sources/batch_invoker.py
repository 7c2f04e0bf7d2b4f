"""A batch on its way into the function: synchronous, and written down in the journal."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.records import EventSourceMapping, InvokeTarget
from lab_helpers.emulator.control_plane.role_permissions import needed_to_send
from lab_helpers.emulator.invocation.async_outcomes import (
    RoleMay,
    every_role_may,
)
from lab_helpers.emulator.invocation.concurrency import ThrottledError
from lab_helpers.emulator.invocation.invoker import RecursiveInvocationError, Run
from lab_helpers.emulator.invocation.metrics import LambdaMetrics
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.runtime.spec import Invocation

MAXIMUM_PAYLOAD_BYTES = 6 * 1024 * 1024
"""A batch ends at Lambda's payload limit, whatever its size setting."""

_NOTED_ITEMS = 100

EVENT_COUNT = "EventCount"
"""A group of metrics: PolledEventCount and its like."""

logger = logging.getLogger(__name__)

READ_ACTION = {
    "sqs": "sqs:ReceiveMessage",
    "kinesis": "kinesis:GetRecords",
    "dynamodb": "dynamodb:GetRecords",
}


class RunsEvents(Protocol):
    """The invoker."""

    async def run(self, target: InvokeTarget, invocation: Invocation, source: str) -> Run:
        """Raises ThrottledError, RecursiveInvocationError."""


class BatchStatus(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    THROTTLED = "throttled"
    NOT_INVOKED = "not invoked"


@dataclass(frozen=True)
class Batch:
    """What goes into one invocation.

    Attributes:
        event: the payload, JSON-serialisable.
        item_ids: message ids or sequence numbers, in order.
        cause_ids: request ids of the calls that sent the items.
        trace_header: of the first item that carries one.
    """

    event: dict[str, Any]
    item_ids: Sequence[str]
    cause_ids: Sequence[str] = ()
    trace_header: str = ""


@dataclass(frozen=True)
class BatchRun:
    """What came of it.

    Attributes:
        run: None where the function did not run (throttled, gone, stopped as a loop).
        reason: of a batch that did not succeed.
    """

    status: BatchStatus
    request_id: str
    run: Run | None = None
    reason: str = ""

    @property
    def payload(self) -> bytes:
        return b"" if self.run is None else self.run.outcome.payload


class BatchInvoker:
    """Invokes the functions of mappings.

    Args:
        resolve: (Region, function reference) → what runs; raises LambdaError.
        role_may: decides whether an execution role may read a source, or send what failed.
    """

    def __init__(
        self,
        invoker: RunsEvents,
        resolve: Callable[[str, str], InvokeTarget],
        journal: Journal,
        metrics: LambdaMetrics,
        role_may: RoleMay = every_role_may,
    ) -> None:
        self._invoker = invoker
        self._resolve = resolve
        self._journal = journal
        self._metrics = metrics
        self._role_may = role_may

    def role_of(self, mapping: EventSourceMapping) -> str:
        """ARN of the execution role with which Lambda reads the source; empty without one."""
        try:
            return self._resolve(mapping.region, mapping.function_arn).version.role
        except LambdaError:
            return ""

    def may_read(self, mapping: EventSourceMapping) -> bool:
        """Whether the execution role lets Lambda read the mapping's source."""
        source_arn = mapping.event_source_arn or ""
        action = READ_ACTION[source_arn.split(":")[2]]
        role = self.role_of(mapping)
        if not role or self._role_may(role, action, source_arn):
            return bool(role)
        self.note("mapping.not_permitted", mapping, "", role=role, action=action)
        return False

    def may_send(self, mapping: EventSourceMapping, target_arn: str) -> bool:
        """Whether the execution role lets Lambda write to an on-failure destination."""
        needed = needed_to_send(target_arn, f"aws/lambda/{mapping.uuid}/")
        role = self.role_of(mapping)
        return bool(role and needed) and all(
            self._role_may(role, action, resource) for action, resource in needed
        )

    def delivery_failed(self, mapping: EventSourceMapping) -> None:
        """The metric of an on-failure record that was lost."""
        with suppress(LambdaError):
            self._metrics.destination_failure(self._resolve(mapping.region, mapping.function_arn))

    def iterator_age(self, mapping: EventSourceMapping, age_s: float) -> None:
        """How far behind its stream the mapping is, told with each batch."""
        with suppress(LambdaError):
            target = self._resolve(mapping.region, mapping.function_arn)
            self._metrics.iterator_age(target, age_s)

    def count(self, mapping: EventSourceMapping, name: str, events: int) -> None:
        """One of the metrics that a mapping's MetricsConfig asks for.

        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
        """
        config = mapping.settings.get("MetricsConfig") or {}
        if EVENT_COUNT in config.get("Metrics", ()):
            self._metrics.mapping_events(mapping.region, mapping.uuid, name, events)

    async def run(self, mapping: EventSourceMapping, batch: Batch) -> BatchRun:
        """Never raises: whatever keeps the function from running is the batch's failure."""
        request_id = str(uuid.uuid4())
        self.note(
            "mapping.batch",
            mapping,
            request_id,
            cause_id=next(iter(batch.cause_ids), None),
            causes=list(dict.fromkeys(batch.cause_ids))[:_NOTED_ITEMS],
            records=len(batch.item_ids),
            items=list(batch.item_ids)[:_NOTED_ITEMS],
        )
        result = await self._run(mapping, batch, request_id)
        failed = result.status is not BatchStatus.SUCCEEDED
        self.count(mapping, "InvokedEventCount", len(batch.item_ids))
        self.count(mapping, "FailedInvokeEventCount", len(batch.item_ids) if failed else 0)
        if failed:
            self.note(
                "mapping.failed",
                mapping,
                request_id,
                status=result.status.value,
                reason=result.reason,
            )
        return result

    async def _run(self, mapping: EventSourceMapping, batch: Batch, request_id: str) -> BatchRun:
        source = (mapping.event_source_arn or "").split(":")[2]
        payload = json.dumps(batch.event, ensure_ascii=False).encode("utf-8", "replace")
        try:
            target = self._resolve(mapping.region, mapping.function_arn)
            invocation = Invocation(
                request_id, payload, target.invoked_arn, trace_id=batch.trace_header
            )
            run = await self._invoker.run(target, invocation, source)
        except ThrottledError as error:
            return BatchRun(BatchStatus.THROTTLED, request_id, reason=error.reason)
        except RecursiveInvocationError:
            reason = "Lambda stopped a recursive loop"
            return BatchRun(BatchStatus.NOT_INVOKED, request_id, reason=reason)
        except LambdaError as error:
            return BatchRun(BatchStatus.NOT_INVOKED, request_id, reason=str(error))
        except Exception as error:
            logger.exception("invoking %s for a mapping failed", mapping.function_arn)
            return BatchRun(BatchStatus.NOT_INVOKED, request_id, reason=repr(error))
        if run.outcome.function_error is not None:
            reason = run.outcome.error_type or run.outcome.function_error
            return BatchRun(BatchStatus.FAILED, request_id, run, reason)
        return BatchRun(BatchStatus.SUCCEEDED, request_id, run)

    def note(
        self,
        kind: str,
        mapping: EventSourceMapping,
        request_id: str,
        *,
        cause_id: str | None = None,
        **data: Any,
    ) -> None:
        """A journal entry about a mapping; ``kind`` begins with ``mapping.``."""
        self._journal.append(
            kind,
            request_id,
            cause_id=cause_id,
            uuid=mapping.uuid,
            source_arn=mapping.event_source_arn,
            function_arn=mapping.function_arn,
            **data,
        )
