"""EventBridge: events and schedules to their rules' targets, functions among them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
moto matches patterns more loosely, knows no function as a target, hands events over in a form of
its own and fires no schedule: the sending is replaced. Archives stay moto's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from typing import Any

from moto.events.models import Rule, events_backends

from lab_helpers.arns import Arn
from lab_helpers.clock import iso_seconds
from lab_helpers.emulator.event_sources.filter_patterns import FilterPattern, FilterPatternError
from lab_helpers.emulator.invocation.metrics import COUNT, MetricValue, PutMetric
from lab_helpers.emulator.moto_bridge.events.event_targets import EventTargets, RuleTarget
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK
from lab_helpers.emulator.push_events.bus_events import Place, scheduled_event
from lab_helpers.emulator.push_events.schedule_entry import ScheduleEntry
from lab_helpers.emulator.push_events.target_input import InputPathError, target_input

MOST_BUSES = 5
"""Buses that one event passes from one to the next: an event does not go round for ever."""
_buses_passed: ContextVar[int] = ContextVar("buses_passed", default=0)
_moto_send_to_targets = Rule.send_to_targets


class EventBuses:
    """All event buses of one account."""

    def __init__(
        self,
        account_id: str,
        targets: EventTargets,
        put_metric: PutMetric,
        now: Callable[[], float],
    ) -> None:
        self._account_id = account_id
        self._targets = targets
        self._put_metric = put_metric
        self._now = now

    def install(self) -> None:
        buses = self

        def send_to_targets(rule: Any, original: Any, transform_input: bool = True) -> None:
            if rule.managed_by or "archive-arn" in str(rule.targets):
                _moto_send_to_targets(rule, original, transform_input)
            else:
                buses.offer(rule, _proper(original))

        Rule.send_to_targets = send_to_targets

    def put(self, region: str, bus_name: str, event: Mapping[str, Any]) -> None:
        """An AWS service's own event."""
        with MOTO_LOCK:
            bus = events_backends[self._account_id][region].event_buses.get(bus_name)
            for rule in list(bus.rules.values()) if bus else []:
                self.offer(rule, event)

    def offer(self, rule: Any, event: Mapping[str, Any]) -> None:
        """Send the event to the rule's targets, if the rule asks for it."""
        pattern = rule.event_pattern.dump()
        if rule.state == "ENABLED" and pattern and _matches(pattern, event):
            self._trigger(rule, event)

    def fire(self, entry: ScheduleEntry, time: float) -> None:
        """A rule's schedule has come round at ``time``."""
        with MOTO_LOCK:
            rule = self._rule(entry)
            if rule is not None and rule.state == "ENABLED":
                place = Place(self._account_id, entry.region)
                self._trigger(rule, scheduled_event(place, rule.arn, time))

    def schedules(self) -> Iterable[ScheduleEntry]:
        """Of all enabled rules, in all Regions."""
        with MOTO_LOCK:
            return [
                ScheduleEntry(rule.arn, region, bus.name, rule.name, rule.scheduled_expression)
                for region, backend in list(events_backends.get(self._account_id, {}).items())
                for bus in list(backend.event_buses.values())
                for rule in list(bus.rules.values())
                if rule.scheduled_expression and rule.state == "ENABLED"
            ]

    def _rule(self, entry: ScheduleEntry) -> Any:
        bus = events_backends[self._account_id][entry.region].event_buses.get(entry.group)
        return bus.rules.get(entry.name) if bus else None

    def _trigger(self, rule: Any, event: Mapping[str, Any]) -> None:
        self._count(rule, "MatchedEvents")
        self._count(rule, "TriggeredRules")
        for target in list(rule.targets):
            self._count(rule, "Invocations")
            if not self._send(rule, target, event):
                self._count(rule, "FailedInvocations")

    def _send(self, rule: Any, target: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
        arn = Arn.parse(target["Arn"])
        if arn.service == "events" and arn.resource.startswith("event-bus/"):
            return self._to_bus(arn, event)
        variables = {
            "rule-arn": rule.arn,
            "rule-name": rule.name,
            "event.ingestion-time": iso_seconds(self._now()),
        }
        try:
            text = target_input(target, event, variables)
        except InputPathError:
            return False
        return self._targets.send(RuleTarget(rule.arn, target), text)

    def _to_bus(self, arn: Arn, event: Mapping[str, Any]) -> bool:
        passed = _buses_passed.get()
        if passed >= MOST_BUSES:
            return False
        token = _buses_passed.set(passed + 1)
        try:
            self.put(arn.region, arn.resource.removeprefix("event-bus/"), event)
        finally:
            _buses_passed.reset(token)
        return True

    def _count(self, rule: Any, name: str) -> None:
        for dimensions in ((), (("RuleName", str(rule.name)),)):
            self._put_metric(
                MetricValue(
                    rule.region_name, name, 1.0, COUNT, dimensions, self._now(), "AWS/Events"
                )
            )


@lru_cache(maxsize=512)
def _parsed(pattern: str) -> FilterPattern | None:
    try:
        return FilterPattern.parse(pattern)
    except FilterPatternError:
        return None


def _matches(pattern: str, event: Mapping[str, Any]) -> bool:
    parsed = _parsed(pattern)
    return parsed is not None and parsed.matches(event)


def _proper(event: Mapping[str, Any]) -> dict[str, Any]:
    """moto's event in EventBridge's form: time as text, nothing of moto's own."""
    time = event["time"]
    if isinstance(time, datetime):
        time = time.timestamp()
    proper = {key: value for key, value in event.items() if key != "ingestion-time"}
    proper["time"] = time if isinstance(time, str) else iso_seconds(float(time))
    return proper
