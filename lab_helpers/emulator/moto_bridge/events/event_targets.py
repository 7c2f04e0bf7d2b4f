"""Targets of rules and schedules: functions, queues, topics, logs, streams; their dead letters.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.logs.models import logs_backends
from moto.moto_api._internal import mock_random

from lab_helpers.arns import Arn
from lab_helpers.emulator.invocation.deliveries import (
    Attribute,
    Delivery,
    DeliveryError,
    Origin,
    QueueMessage,
    TopicMessage,
)
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.current_call import current_call
from lab_helpers.emulator.moto_bridge.events.role_targets import ROLE_ACTIONS, RoleTargets

PushEvent = Callable[[str, str, str], tuple[str, str] | None]
"""(rule's or schedule's ARN, function ARN, JSON) → None, or (code, message) of a refusal."""

MaySend = Callable[["RuleTarget", str, str], bool]
"""(target, action, ARN) → whether the event may be sent there for this rule or schedule."""

_CODES = {
    "AccessDeniedException": "NO_PERMISSIONS",
    "ResourceNotFoundException": "NO_RESOURCE",
}
_ACTIONS = {
    "lambda": "lambda:InvokeFunction",
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "logs": "logs:PutLogEvents",
    **ROLE_ACTIONS,
}


@dataclass(frozen=True)
class RuleTarget:
    """A target in AWS's names, and the rule or schedule that it belongs to."""

    source_arn: str
    settings: Mapping[str, Any]

    @property
    def arn(self) -> str:
        return str(self.settings["Arn"])


class EventTargets:
    """Hands texts to targets."""

    def __init__(
        self,
        account_id: str,
        push: PushEvent,
        deliver: Callable[[Delivery, Origin], None],
        may: MaySend,
    ) -> None:
        self._may = may
        self._account_id = account_id
        self._push = push
        self._deliver = deliver
        self._with_role = RoleTargets(account_id)
        self._write = CHANGES.repeatable("logs.target", self._log)

    def send(self, target: RuleTarget, text: str) -> bool:
        """Whether the target took it; else its dead-letter queue gets it, if it has one."""
        origin = Origin(current_call.get().request_id)
        refusal = self._refusal(target, text, origin)
        if refusal is None:
            return True
        self._dead_letter(target, text, origin, *refusal)
        return False

    def _refusal(self, target: RuleTarget, text: str, origin: Origin) -> tuple[str, str] | None:
        arn = Arn.parse(target.arn)
        action = _ACTIONS.get(arn.service, "")
        resource = _stream_of(arn) if arn.service == "logs" else target.arn
        if action and not self._may(target, action, resource):
            return _no_permission(action, resource)
        try:
            match arn.service:
                case "lambda":
                    return self._push(target.source_arn, target.arn, text)
                case "sqs":
                    parameters = target.settings.get("SqsParameters") or {}
                    group_id = parameters.get("MessageGroupId")
                    self._deliver(QueueMessage(target.arn, text, group_id=group_id), origin)
                case "sns":
                    self._deliver(TopicMessage(target.arn, text), origin)
                case "logs":
                    self._write(target.arn, text)
                case service if service in ROLE_ACTIONS:
                    self._with_role.send(target.settings, text)
                case _:
                    return "NO_RESOURCE", f"{arn.service} is no target in the embedded cloud"
        except DeliveryError as error:
            return "NO_RESOURCE", error.reason
        return None

    def _log(self, group_arn: str, text: str) -> None:
        arn = Arn.parse(group_arn)
        name = arn.resource.removeprefix("log-group:").removesuffix(":*")
        logs = logs_backends[self._account_id][arn.region]
        if name not in logs.groups:
            raise DeliveryError(f"no log group {name}")
        stream = str(mock_random.uuid4())
        logs.create_log_stream(name, stream)
        line = {"timestamp": int(time.time() * 1000), "message": text}
        logs.put_log_events(name, stream, [line])

    def _dead_letter(
        self, target: RuleTarget, text: str, origin: Origin, code: str, message: str
    ) -> None:
        queue_arn = (target.settings.get("DeadLetterConfig") or {}).get("Arn")
        if not queue_arn or not self._may(target, "sqs:SendMessage", queue_arn):
            return
        attributes = {
            "RULE_ARN": Attribute("String", target.source_arn),
            "TARGET_ARN": Attribute("String", target.arn),
            "ERROR_CODE": Attribute("String", _CODES.get(code, code)),
            "ERROR_MESSAGE": Attribute("String", message),
        }
        try:
            self._deliver(QueueMessage(queue_arn, text, attributes), origin)
        except DeliveryError:
            return  # the event is lost, as at AWS


def _no_permission(action: str, resource: str) -> tuple[str, str]:
    return "AccessDeniedException", f"not authorized to perform: {action} on resource: {resource}"


def _stream_of(log_group: Arn) -> str:
    """ARN of a stream that an event would be written to: policies name streams, or all of them."""
    return f"{str(log_group).removesuffix(':*')}:log-stream:event"
