"""What PutRule and PutTargets refuse, and TestEventPattern, which moto does not have.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.events.exceptions import InvalidEventPatternException, ValidationException
from moto.events.models import EventsBackend
from moto.events.responses import EventsHandler

from lab_helpers.arns import Arn
from lab_helpers.emulator.event_sources.filter_patterns import FilterPattern, FilterPatternError
from lab_helpers.emulator.moto_bridge.events.role_targets import ROLE_ACTIONS

PROVIDED = frozenset({"events", "lambda", "logs", "sns", "sqs", *ROLE_ACTIONS})
NEEDED_MEMBERS = frozenset({"id", "account", "source", "time", "region", "detail-type"})
"""Of an event that is tested; AWS's page asks for ``resources`` too, AWS itself does not."""
_put_rule = EventsBackend.put_rule
_put_targets = EventsBackend.put_targets


def install() -> None:
    """Take moto's place."""

    def put_rule(backend: Any, *arguments: Any, **members: Any) -> Any:
        text = members.get("event_pattern")
        if text:
            _pattern(str(text))
        return _put_rule(backend, *arguments, **members)

    def put_targets(
        backend: Any, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]
    ) -> None:
        for target in targets:
            _check_target(target)
        _put_targets(backend, name, event_bus_arn, targets)

    EventsBackend.put_rule = put_rule
    EventsBackend.put_targets = put_targets
    EventsHandler.test_event_pattern = _test_event_pattern


def _check_target(target: Mapping[str, Any]) -> None:
    try:
        arn = Arn.parse(str(target.get("Arn")))
    except ValueError:
        return  # moto refuses it
    if arn.service in ROLE_ACTIONS and not target.get("RoleArn"):
        raise ValidationException(f"RoleArn is required for target {target['Arn']}.")
    if arn.service not in PROVIDED or arn.resource.startswith("api-destination/"):
        raise ValidationException(
            f"{target['Arn']} is a target that Lambda Dojo's embedded cloud does not provide. It "
            "has functions, queues, topics, event buses, log groups, Kinesis and Firehose "
            "streams and state machines. Use one of them, or another backend."
        )


def _test_event_pattern(response: Any) -> tuple[str, dict[str, Any]]:
    pattern = _pattern(response._get_param("EventPattern") or "")
    try:
        event = json.loads(response._get_param("Event") or "")
    except ValueError:
        event = None
    if not isinstance(event, dict) or not event.keys() >= NEEDED_MEMBERS:
        raise ValidationException("Parameter Event is not valid.")
    return json.dumps({"Result": pattern.matches(event)}), response.response_headers


def _pattern(text: str) -> FilterPattern:
    try:
        return FilterPattern.parse(text)
    except FilterPatternError as error:
        raise InvalidEventPatternException(_reason(str(error))) from error


def _reason(message: str) -> str:
    """EventBridge's Reason; of what is no JSON it says so and no more."""
    return "Invalid JSON" if message.startswith("Filter is not valid JSON") else message
