"""The door by which moto's services reach Lambda: in place of moto's own Lambda backend.

moto looks ``moto.awslambda.utils.get_backend`` up when it has something for a function. SNS,
S3, EventBridge, CloudWatch Logs and alarms have doors of their own (``topics``,
``bucket_events``, ``event_bus``, ``log_subscriptions``, ``alarms``), where their permission is
checked; here the rest (custom resources, rotation of secrets …) hands its events over.
"""

from __future__ import annotations

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

    def __init__(self, region: str, exists: FunctionExists, deliver: Deliver) -> None:
        self._region = region
        self._exists = exists
        self._deliver = deliver

    def get_function(self, function_name: str, qualifier: str | None = None) -> object:
        """moto only asks whether it raises."""
        if not self._exists(self._region, function_name):
            raise UnknownFunctionException(function_name)
        return object()

    def invoke(self, function_name: str, qualifier: str | None, body: Any, *_ignored: Any) -> None:
        content = body if isinstance(body, bytes) else str(body).encode()
        reference = f"{function_name}:{qualifier}" if qualifier else function_name
        self._deliver(self._region, reference, content, "amazonaws.com")

    def send_dynamodb_items(self, *_ignored: Any) -> bool:
        """Event source mappings read the stream themselves; nothing is pushed."""
        return True

    send_kinesis_message = send_sqs_batch = send_dynamodb_items


def install(exists: FunctionExists, deliver: Deliver) -> None:
    """Put the door where moto's services look for their Lambda backend."""

    def get_backend(_account_id: str, region: str) -> LambdaDoor:
        return LambdaDoor(region, exists, deliver)

    moto.awslambda.utils.get_backend = get_backend
