"""The event that SNS sends to a function.

https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab_helpers.arns import Arn
from lab_helpers.clock import iso_milliseconds


@dataclass(frozen=True)
class Notification:
    """A message on its way to one subscriber.

    Attributes:
        attributes: name → ``{"Type": …, "Value": …}``.
        time: seconds since the epoch.
    """

    topic_arn: str
    subscription_arn: str
    message_id: str
    message: str
    subject: str | None
    time: float
    attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def topic_event(notification: Notification) -> dict[str, Any]:
    """One record; SNS never batches. Signature and certificate are placeholders."""
    region = Arn.parse(notification.topic_arn).region
    host = f"https://sns.{region}.amazonaws.com"
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": notification.subscription_arn,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": notification.message_id,
                    "TopicArn": notification.topic_arn,
                    "Subject": notification.subject,
                    "Message": notification.message,
                    "Timestamp": iso_milliseconds(notification.time),
                    "SignatureVersion": "1",
                    "Signature": "EXAMPLE",
                    "SigningCertUrl": f"{host}/SimpleNotificationService-EXAMPLE.pem",
                    "UnsubscribeUrl": (
                        f"{host}/?Action=Unsubscribe&SubscriptionArn="
                        f"{notification.subscription_arn}"
                    ),
                    "MessageAttributes": {
                        name: {"Type": one["Type"], "Value": _text(one["Value"])}
                        for name, one in notification.attributes.items()
                    },
                },
            }
        ]
    }


def _text(value: Any) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
