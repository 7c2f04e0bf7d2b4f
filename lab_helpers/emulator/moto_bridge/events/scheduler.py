"""EventBridge Scheduler: moto keeps the schedules, here they fire.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from moto.scheduler.exceptions import ScheduleNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, scheduler_backends

from lab_helpers.clock import iso_seconds
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.events.event_targets import EventTargets, RuleTarget
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK
from lab_helpers.emulator.push_events.bus_events import Place, scheduler_event
from lab_helpers.emulator.push_events.schedule_entry import ScheduleEntry
from lab_helpers.emulator.push_events.schedules import ScheduleError, next_time
from lab_helpers.emulator.push_events.target_input import target_input

ROLE_NOT_TRUSTED = (
    "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
)
_create_schedule = EventBridgeSchedulerBackend.create_schedule
_update_schedule = EventBridgeSchedulerBackend.update_schedule


class Schedules:
    """All schedules of one account."""

    def __init__(
        self, account_id: str, targets: EventTargets, role_is_assumable: Callable[[str], bool]
    ) -> None:
        self._account_id = account_id
        self._targets = targets
        self._role_is_assumable = role_is_assumable
        self._forget = CHANGES.repeatable("scheduler.delete", self._delete)

    def install(self) -> None:
        schedules = self

        def create_schedule(backend: Any, **settings: Any) -> Any:
            schedules.check(settings)
            return _create_schedule(backend, **settings)

        def update_schedule(backend: Any, **settings: Any) -> Any:
            schedules.check(settings)
            return _update_schedule(backend, **settings)

        EventBridgeSchedulerBackend.create_schedule = create_schedule
        EventBridgeSchedulerBackend.update_schedule = update_schedule

    def check(self, settings: dict[str, Any]) -> None:
        """As CreateSchedule refuses what could never run."""
        zone = settings.get("schedule_expression_timezone") or "UTC"
        try:
            next_time(settings["schedule_expression"], 0.0, ZoneInfo(zone))
        except ScheduleError as error:
            raise ValidationException(
                f"Invalid Schedule Expression {settings['schedule_expression']}."
            ) from error
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValidationException(f"Invalid Schedule Expression Timezone {zone}.") from error
        if not self._role_is_assumable(settings["target"].get("RoleArn", "")):
            raise ValidationException(ROLE_NOT_TRUSTED)

    def entries(self) -> Iterable[ScheduleEntry]:
        with MOTO_LOCK:
            return [
                _entry(region, schedule)
                for region, backend in list(scheduler_backends.get(self._account_id, {}).items())
                for group in list(backend.schedule_groups.values())
                for schedule in list(group.schedules.values())
                if schedule.state == "ENABLED"
            ]

    def fire(self, entry: ScheduleEntry, time: float) -> None:
        with MOTO_LOCK:
            backend = scheduler_backends[self._account_id][entry.region]
            try:
                schedule = backend.get_schedule(entry.group, entry.name)
            except ScheduleNotFound:
                return
            self._targets.send(
                RuleTarget(schedule.arn, schedule.target), self._input(schedule, entry, time)
            )
            ended = entry.expression.startswith("at(")
            if ended and schedule.action_after_completion == "DELETE":
                self._forget(entry.region, entry.group, entry.name)

    def _delete(self, region: str, group: str, name: str) -> None:
        scheduler_backends[self._account_id][region].delete_schedule(group, name)

    def _input(self, schedule: Any, entry: ScheduleEntry, time: float) -> str:
        place = Place(self._account_id, entry.region)
        text = target_input(
            {"Input": schedule.target.get("Input")},
            scheduler_event(place, schedule.arn, time),
            {},
        )
        for name, value in (
            ("schedule-arn", schedule.arn),
            ("scheduled-time", iso_seconds(time)),
            ("execution-id", str(uuid.uuid4())),
            ("attempt-number", "1"),
        ):
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text


def _entry(region: str, schedule: Any) -> ScheduleEntry:
    return ScheduleEntry(
        schedule.arn,
        region,
        schedule.group_name,
        schedule.name,
        schedule.schedule_expression,
        schedule.schedule_expression_timezone,
        _seconds(schedule.start_date),
        _seconds(schedule.end_date),
    )


def _seconds(moment: Any) -> float | None:
    if moment is None:
        return None
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
