"""CloudWatch Logs subscriptions → functions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
moto sends every line whatever the filter's pattern, and asks for no permission.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogsBackend, LogStream

from lab_helpers.arns import partition_of
from lab_helpers.emulator.moto_bridge.logs.log_filters import pattern_of

PushLogEvent = Callable[[str, str, dict[str, Any]], object]
"""(log group's ARN, function ARN, event)"""
MayInvoke = Callable[[str, str], bool]
"""(log group's ARN, function ARN)"""

NOT_PERMITTED = (
    "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission "
    "to execute your function."
)
OWN_LOGS = "The log group provided is reserved for the function logs of the destination function."
_send_log_events = LogStream._send_log_events
_put_subscription_filter = LogsBackend.put_subscription_filter


def log_group_arn(region: str, account_id: str, name: str) -> str:
    """As resource policies name a log group: with ``:*`` at its end."""
    return f"arn:{partition_of(region)}:logs:{region}:{account_id}:log-group:{name}:*"


class LogSubscriptions:
    """Stands in for moto's delivery to functions."""

    def __init__(self, push: PushLogEvent, may_invoke: MayInvoke) -> None:
        self._push = push
        self._may_invoke = may_invoke

    def install(self) -> None:
        subscriptions = self

        def send_log_events(
            stream: Any,
            service: str,
            destination_arn: str,
            filter_name: str,
            log_events: list[dict[str, Any]],
        ) -> None:
            chosen = _chosen(stream.log_group, filter_name, log_events)
            if not chosen:
                return
            if service == "lambda":
                subscriptions.to_function(stream, destination_arn, filter_name, chosen)
            else:
                _send_log_events(stream, service, destination_arn, filter_name, chosen)

        def put_subscription_filter(
            backend: Any,
            log_group_name: str,
            filter_name: str,
            filter_pattern: str,
            destination_arn: str,
            role_arn: str,
        ) -> None:
            pattern_of(filter_pattern)
            if ":lambda:" in destination_arn:
                subscriptions.check(backend, log_group_name, destination_arn)
            _put_subscription_filter(
                backend, log_group_name, filter_name, filter_pattern, destination_arn, role_arn
            )

        LogStream._send_log_events = send_log_events
        LogsBackend.put_subscription_filter = put_subscription_filter

    def check(self, backend: Any, log_group: str, function_arn: str) -> None:
        """As PutSubscriptionFilter refuses a function."""
        function = function_arn.split(":function:")[-1].split(":")[0]
        if log_group == f"/aws/lambda/{function}":
            raise InvalidParameterException(OWN_LOGS)
        group_arn = log_group_arn(backend.region_name, backend.account_id, log_group)
        if log_group in backend.groups and not self._may_invoke(group_arn, function_arn):
            raise InvalidParameterException(NOT_PERMITTED)

    def to_function(
        self,
        stream: Any,
        function_arn: str,
        filter_name: str,
        log_events: list[dict[str, Any]],
    ) -> None:
        data = {
            "messageType": "DATA_MESSAGE",
            "owner": stream.account_id,
            "logGroup": stream.log_group.name,
            "logStream": stream.log_stream_name,
            "subscriptionFilters": [filter_name],
            "logEvents": [{**event, "id": f"{event['id']:056d}"} for event in log_events],
        }
        packed = gzip.compress(json.dumps(data, ensure_ascii=False).encode())
        event = {"awslogs": {"data": base64.b64encode(packed).decode()}}
        group_arn = log_group_arn(stream.region, stream.account_id, stream.log_group.name)
        self._push(group_arn, function_arn, event)


def _chosen(
    log_group: Any, filter_name: str, log_events: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lines that the filter's pattern asks for."""
    subscription = log_group.subscription_filters.get(filter_name)
    wanted = pattern_of(subscription.filter_pattern if subscription else "")
    return [event for event in log_events if wanted.match(event["message"]) is not None]
