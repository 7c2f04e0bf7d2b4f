"""SQS keeps the tracing header of the request that sent a message: AWSTraceHeader.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
By it Lambda knows the chain of requests that a message belongs to.
"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import SQSBackend

from lab_helpers.emulator.moto_bridge.current_call import current_call

_send_message = SQSBackend.send_message


def _send_traced_message(
    backend: SQSBackend,
    queue_name: str,
    message_body: str,
    message_attributes: dict[str, Any] | None = None,
    delay_seconds: int | None = None,
    deduplication_id: str | None = None,
    group_id: str | None = None,
    system_attributes: dict[str, Any] | None = None,
    validate_group_id: bool = True,
) -> Any:
    header = current_call.get().trace_header
    kept = dict(system_attributes or {})
    if header and "AWSTraceHeader" not in kept:
        kept["AWSTraceHeader"] = {"DataType": "String", "StringValue": header}
    return _send_message(
        backend,
        queue_name,
        message_body,
        message_attributes,
        delay_seconds,
        deduplication_id,
        group_id,
        kept,
        validate_group_id,
    )


def install() -> None:
    """From now on messages carry the header of whoever sends them."""
    SQSBackend.send_message = _send_traced_message
