"""The door by which moto's services reach Lambda: in place of moto's own Lambda backend.

moto's SNS, EventBridge and Logs look ``moto.awslambda.utils.get_backend`` up when they have
something for a function. Here they find this small object, which hands every event to the
asynchronous queue, as these services do at AWS.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import moto.awslambda.utils
from moto.awslambda.exceptions import UnknownFunctionException

FunctionExists = Callable[[str, str], bool]
"""(Region, function reference) → whether there is such a function."""

Deliver = Callable[[str, str, bytes, str], None]
"""(Region, function ARN or name, event, source's service principal) → asynchronous invoke."""


class LambdaDoor:
    """Answers moto's calls for one Region."""

    def __init__(
        self, account_id: str, region: str, exists: FunctionExists, deliver: Deliver
    ) -> None:
        self._account_id = account_id
        self._region = region
        self._exists = exists
        self._deliver = deliver

    def get_function(self, function_name: str, qualifier: str | None = None) -> object:
        """moto only asks whether it raises."""
        if not self._exists(self._region, function_name):
            raise UnknownFunctionException(function_name)
        return object()

    def invoke(self, function_name: str, qualifier: str | None, body: Any, *_ignored: Any) -> None:
        """EventBridge targets."""
        content = body if isinstance(body, bytes) else str(body).encode()
        reference = f"{function_name}:{qualifier}" if qualifier else function_name
        self._deliver(self._region, reference, content, "events.amazonaws.com")

    def send_sns_message(
        self,
        function_name: str,
        message: str,
        subject: str | None = None,
        qualifier: str | None = None,
    ) -> None:
        event = {
            "Records": [
                {
                    "EventVersion": "1.0",
                    "EventSubscriptionArn": "",
                    "EventSource": "aws:sns",
                    "Sns": {"Message": message, "Subject": subject, "Type": "Notification"},
                }
            ]
        }
        self._send(function_name, qualifier, event, "sns.amazonaws.com")

    def send_log_event(
        self,
        delivery_stream_arn: str,
        filter_name: str,
        log_group_name: str,
        log_stream_name: str,
        log_events: list[dict[str, Any]],
    ) -> None:
        """A subscription filter's delivery: gzipped, base64, under ``awslogs.data``.

        https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html
        """
        data = {
            "messageType": "DATA_MESSAGE",
            "owner": self._account_id,
            "logGroup": log_group_name,
            "logStream": log_stream_name,
            "subscriptionFilters": [filter_name],
            "logEvents": log_events,
        }
        packed = base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()
        self._send(delivery_stream_arn, None, {"awslogs": {"data": packed}}, "logs.amazonaws.com")

    def send_dynamodb_items(self, *_ignored: Any) -> bool:
        """Event source mappings read the stream themselves; nothing is pushed."""
        return True

    send_kinesis_message = send_sqs_batch = send_dynamodb_items

    def _send(
        self, function: str, qualifier: str | None, event: dict[str, Any], principal: str
    ) -> None:
        reference = f"{function}:{qualifier}" if qualifier else function
        self._deliver(self._region, reference, json.dumps(event).encode(), principal)


def install(exists: FunctionExists, deliver: Deliver) -> None:
    """Put the door where moto's services look for their Lambda backend."""

    def get_backend(account_id: str, region: str) -> LambdaDoor:
        return LambdaDoor(account_id, region, exists, deliver)

    moto.awslambda.utils.get_backend = get_backend
