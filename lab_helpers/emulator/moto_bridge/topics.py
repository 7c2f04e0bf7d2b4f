"""SNS topics → functions, with SNS's whole record; and a subscription's dead-letter queue.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
A client-side error (no such function, no permission) is not retried: the message goes to the
subscription's dead-letter queue, if it has one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription

from lab_helpers.emulator.invocation.deliveries import (
    Attribute,
    Delivery,
    DeliveryError,
    Origin,
    QueueMessage,
)
from lab_helpers.emulator.moto_bridge.current_call import current_call
from lab_helpers.emulator.push_events.topic_events import Notification, topic_event

PushTopicEvent = Callable[[str, str, dict[str, Any]], tuple[str, str] | None]
"""(topic ARN, function ARN, event) → None, or (code, message) of a refusal."""

MayDeliver = Callable[[str, str], bool]
"""(topic ARN, queue ARN) → whether the queue's policy lets SNS send for this topic."""

_publish = Subscription.publish
_subscribe = SNSBackend.subscribe
SNS_PRINCIPAL = "sns.amazonaws.com"


class TopicSubscriptions:
    """Stands in for moto's delivery to functions, and asks queues before moto delivers."""

    def __init__(
        self,
        push: PushTopicEvent,
        deliver: Callable[[Delivery, Origin], None],
        may_deliver: MayDeliver,
    ) -> None:
        self._push = push
        self._may_deliver = may_deliver
        self._deliver = deliver

    def install(self) -> None:
        subscriptions = self

        def publish(subscription: Any, message: str, message_id: str, **details: Any) -> None:
            if subscription.protocol == "lambda":
                subscriptions.to_function(subscription, message, message_id, **details)
            elif subscription.protocol == "sqs":
                subscriptions.to_queue(subscription, message, message_id, **details)
            else:
                _publish(subscription, message, message_id, **details)

        def subscribe(backend: Any, topic_arn: str, endpoint: str, protocol: str) -> Any:
            if protocol == "lambda" and topic_arn.endswith(".fifo"):
                raise SNSInvalidParameter(
                    "Invalid parameter: Invalid parameter: Endpoint Reason: Please use FIFO SQS "
                    "queue"
                )
            return _subscribe(backend, topic_arn, endpoint, protocol)

        Subscription.publish = publish
        SNSBackend.subscribe = subscribe

    def to_function(
        self,
        subscription: Any,
        message: str,
        message_id: str,
        *,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        message_structure: str | None = None,
        **_unused: Any,
    ) -> None:
        if not _wants(subscription, message, message_attributes):
            return
        if message_structure == "json":
            message = subscription._parse_message_structure(message, "lambda")
        event = topic_event(
            Notification(
                subscription.topic.arn,
                subscription.arn,
                message_id,
                message,
                subject,
                time.time(),
                message_attributes or {},
            )
        )
        refusal = self._push(subscription.topic.arn, subscription.endpoint, event)
        if refusal is not None:
            self._dead_letter(subscription, event["Records"][0]["Sns"], *refusal)

    def to_queue(self, subscription: Any, message: str, message_id: str, **details: Any) -> None:
        """https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"""
        topic, queue = subscription.topic.arn, subscription.endpoint
        attributes = details.get("message_attributes")
        if self._may_deliver(topic, queue) or not _wants(subscription, message, attributes):
            _publish(subscription, message, message_id, **details)
            return
        notification = subscription.get_post_data(
            message, message_id, details.get("subject"), message_attributes=attributes
        )
        reason = (
            f"{SNS_PRINCIPAL} is not authorized to perform: sqs:SendMessage on resource: {queue} "
            "because no resource-based policy allows the sqs:SendMessage action"
        )
        self._dead_letter(subscription, notification, "AccessDenied", reason)

    def _dead_letter(
        self, subscription: Any, notification: dict[str, Any], code: str, message: str
    ) -> None:
        policy = json.loads(subscription.attributes.get("RedrivePolicy") or "{}")
        queue_arn = policy.get("deadLetterTargetArn")
        if not queue_arn or not self._may_deliver(subscription.topic.arn, queue_arn):
            return
        attributes = {
            "RequestID": Attribute("String", current_call.get().request_id),
            "ErrorCode": Attribute("String", code),
            "ErrorMessage": Attribute("String", message),
        }
        body = json.dumps(notification, ensure_ascii=False)
        call = current_call.get()
        try:
            self._deliver(
                QueueMessage(queue_arn, body, attributes),
                Origin(call.request_id, call.trace_header),
            )
        except DeliveryError:
            return  # the message is lost, as at AWS


def _wants(subscription: Any, message: str, attributes: dict[str, Any] | None) -> bool:
    """Whether the subscription's filter policy lets the message pass."""
    matcher = subscription._filter_policy_matcher
    return matcher is None or bool(matcher.matches(attributes, message))
