"""The event that a function gets from an SQS queue.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from lab_helpers.arns import Arn
from lab_helpers.emulator.event_sources.sources import MessageAttribute, ReceivedMessage


def sqs_record(message: ReceivedMessage, queue_arn: str) -> dict[str, Any]:
    """One entry of ``Records``."""
    record: dict[str, Any] = {
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": dict(message.attributes),
        "messageAttributes": {
            name: _attribute(one) for name, one in message.message_attributes.items()
        },
    }
    if message.md5_of_attributes is not None:
        record["md5OfMessageAttributes"] = message.md5_of_attributes
    return record | {
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": Arn.parse(queue_arn).region,
    }


def _attribute(attribute: MessageAttribute) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if attribute.binary_value is not None:
        value["binaryValue"] = b64encode(attribute.binary_value).decode()
    else:
        value["stringValue"] = attribute.string_value
    return value | {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": attribute.data_type,
    }
