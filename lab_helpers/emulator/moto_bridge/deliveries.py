"""Lambda's messages, events and objects on their way into moto's services."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.events.models import events_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from werkzeug.exceptions import HTTPException

from lab_helpers.arns import Arn
from lab_helpers.emulator.invocation.deliveries import (
    Attribute,
    BusEvent,
    Delivery,
    DeliveryError,
    Origin,
    QueueMessage,
    StoredObject,
    TopicMessage,
)
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.current_call import CurrentCall, current_call

TOPIC_MESSAGE_BYTES = 262_144


class Deliveries:
    """Carries deliveries out, one at a time; blocks while moto works."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._to_queue = CHANGES.repeatable("sqs.send", self._send)
        self._to_topic = CHANGES.repeatable("sns.publish", self._publish)
        self._to_bus = CHANGES.repeatable("events.put", self._put_event)
        self._to_bucket = CHANGES.repeatable("s3.put", self._put_object)

    def deliver(self, what: Delivery, origin: Origin) -> None:
        """Raises DeliveryError where the target is gone or refuses."""
        call = CurrentCall(origin.request_id, trace_header=origin.trace_header)
        token = current_call.set(call)
        try:
            match what:
                case QueueMessage():
                    self._to_queue(what)
                case TopicMessage():
                    self._to_topic(what)
                case BusEvent():
                    self._to_bus(what)
                case StoredObject():
                    self._to_bucket(what)
        except (ServiceException, HTTPException, ValueError) as error:
            raise DeliveryError(str(error)) from error
        finally:
            current_call.reset(token)

    def _send(self, message: QueueMessage) -> None:
        arn = Arn.parse(message.queue_arn)
        queues = sqs_backends[self._account_id][arn.region].queues
        if arn.resource not in queues:
            raise DeliveryError("AWS.SimpleQueueService.NonExistentQueue")
        if queues[arn.resource].fifo_queue and message.group_id is None:
            raise DeliveryError("FIFO queues are not supported")
        sqs_backends[self._account_id][arn.region].send_message(
            arn.resource,
            message.body,
            message_attributes=_queue_attributes(message.attributes),
            group_id=message.group_id,
        )

    def _publish(self, message: TopicMessage) -> None:
        region = Arn.parse(message.topic_arn).region
        topic = sns_backends[self._account_id][region].topics.get(message.topic_arn)
        if topic is None:
            raise DeliveryError("NotFound: Topic does not exist")
        if topic.fifo_topic:
            raise DeliveryError("FIFO topics are not supported")
        if len(message.message.encode()) > TOPIC_MESSAGE_BYTES:
            raise DeliveryError("InvalidParameter: Message too long")
        sns_backends[self._account_id][region].publish(
            message.message,
            arn=message.topic_arn,
            subject=message.subject,
            message_attributes={
                name: {"Type": one.data_type, "Value": one.value}
                for name, one in message.attributes.items()
            },
        )

    def _put_event(self, event: BusEvent) -> None:
        arn = Arn.parse(event.bus_arn)
        name = arn.resource.removeprefix("event-bus/")
        events = events_backends[self._account_id][arn.region]
        if name not in events.event_buses:
            raise DeliveryError(f"ResourceNotFoundException: Event bus {name} does not exist.")
        (answer,) = events.put_events(
            [
                {
                    "Source": event.source,
                    "DetailType": event.detail_type,
                    "Detail": event.detail,
                    "Resources": list(event.resources),
                    "EventBusName": name,
                }
            ]
        )
        if "ErrorCode" in answer:
            raise DeliveryError(json.dumps(answer))

    def _put_object(self, item: StoredObject) -> None:
        arn = Arn.parse(item.bucket_arn)
        bucket = arn.resource
        s3 = s3_backends[self._account_id][arn.partition]
        if bucket not in s3.buckets:
            raise DeliveryError("NoSuchBucket: The specified bucket does not exist")
        s3.put_object(bucket, item.key, item.body.encode())


def _queue_attributes(attributes: Mapping[str, Attribute]) -> dict[str, dict[str, Any]]:
    return {
        name: {"DataType": one.data_type, "StringValue": one.value}
        for name, one in attributes.items()
    }
