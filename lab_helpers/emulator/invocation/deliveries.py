"""What Lambda hands to other services: messages, events and objects, as values.

Whoever carries them out (the moto bridge) raises ``DeliveryError`` where the target is gone or
will not take them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


class DeliveryError(Exception):
    """Attributes: reason, such as ``the queue does not exist``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Attribute:
    """A message attribute; ``data_type`` is ``String`` or ``Number``."""

    data_type: str
    value: str


@dataclass(frozen=True)
class QueueMessage:
    """For an SQS queue; ``group_id`` for a FIFO one."""

    queue_arn: str
    body: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    group_id: str | None = None


@dataclass(frozen=True)
class TopicMessage:
    """For an SNS topic."""

    topic_arn: str
    message: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    subject: str | None = None


@dataclass(frozen=True)
class BusEvent:
    """For an EventBridge event bus; ``detail`` is JSON text."""

    bus_arn: str
    source: str
    detail_type: str
    detail: str
    resources: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredObject:
    """For an S3 bucket."""

    bucket_arn: str
    key: str
    body: str


Delivery = QueueMessage | TopicMessage | BusEvent | StoredObject


@dataclass(frozen=True)
class Origin:
    """What a delivery comes from.

    Attributes:
        request_id: of the invocation, or of the call.
        trace_header: the chain of requests that it belongs to.
    """

    request_id: str
    trace_header: str = ""


Deliver = Callable[[Delivery, Origin], Awaitable[None]]
"""Carries a delivery out; raises DeliveryError."""
