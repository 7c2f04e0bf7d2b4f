"""SNS, EventBridge, Scheduler, Logs and alarms, connected to functions: built and kept going."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from lab_helpers.arns import Arn
from lab_helpers.clock import Clock
from lab_helpers.emulator.cloudwatch.metric_store import MetricStore
from lab_helpers.emulator.invocation.deliveries import (
    Delivery,
    DeliveryError,
    Origin,
    TopicMessage,
)
from lab_helpers.emulator.journal import Journal, JournalEntry
from lab_helpers.emulator.moto_bridge import lambda_door, message_tracing
from lab_helpers.emulator.moto_bridge.alarms import Alarms
from lab_helpers.emulator.moto_bridge.current_call import current_call
from lab_helpers.emulator.moto_bridge.event_bus import EventBuses
from lab_helpers.emulator.moto_bridge.event_targets import EventTargets
from lab_helpers.emulator.moto_bridge.log_filters import LogFilters
from lab_helpers.emulator.moto_bridge.log_subscriptions import LogSubscriptions
from lab_helpers.emulator.moto_bridge.metrics import CloudWatchMetrics
from lab_helpers.emulator.moto_bridge.scheduler import Schedules
from lab_helpers.emulator.moto_bridge.topics import TopicSubscriptions
from lab_helpers.emulator.push_events.alarm_events import (
    AlarmChange,
    function_event,
    state_change_event,
    topic_message,
)
from lab_helpers.emulator.push_sources import (
    ALARMS_PRINCIPAL,
    EVENTS_PRINCIPAL,
    LOGS_PRINCIPAL,
    SNS_PRINCIPAL,
    PushSources,
    Refusal,
)
from lab_helpers.emulator.schedule_clockwork import ScheduleClockwork

LOOK_AT_ALARMS_S = 10.0
"""AWS's seconds between two evaluations of an alarm."""
SHORTEST_WAIT_S = 0.2
"""Of the machine's own seconds, however short AWS's become."""
SCHEDULING = frozenset({"events", "scheduler", "cloudformation"})
ALARMING = frozenset({"monitoring", "cloudformation"})


class PushServices:
    """What pushes, of one cloud.

    Args:
        deliver: carries messages out; blocks, raises DeliveryError.
        waits: AWS's waits go through it.
        role_trusts: (role's ARN, service principal) → may the service assume the role?
    """

    def __init__(
        self,
        account_id: str,
        push: PushSources,
        deliver: Callable[[Delivery, Origin], None],
        metrics: MetricStore,
        journal: Journal,
        waits: Clock,
        role_trusts: Callable[[str, str], bool],
    ) -> None:
        self._push = push
        self._deliver = deliver
        self._journal = journal
        self._waits = waits
        self._metrics = CloudWatchMetrics(metrics)
        self._alarms = Alarms(account_id, metrics, self._act)
        rule_targets = EventTargets(account_id, self._push_from_rule, deliver)
        self.buses = EventBuses(account_id, rule_targets, metrics.put, waits.now)
        self._schedules = Schedules(
            account_id,
            EventTargets(account_id, self._push_from_schedule, deliver),
            lambda role: role_trusts(role, "scheduler.amazonaws.com"),
        )
        self._topics = TopicSubscriptions(self._push_from_topic, deliver)
        self._log_filters = LogFilters(metrics.put)
        self._logs = LogSubscriptions(self._push_from_logs, self._logs_may_invoke)
        self._clockworks = (
            ScheduleClockwork(waits, self.buses.schedules, self.buses.fire),
            ScheduleClockwork(waits, self._schedules.entries, self._schedules.fire),
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._watch: asyncio.Task[None] | None = None
        journal.listen(self._heard)

    def install(self) -> None:
        """Take moto's place wherever functions are concerned."""
        message_tracing.install()
        lambda_door.install(self._push.function_exists, self._push.deliver_unasked)
        for part in (
            self._metrics,
            self._alarms,
            self.buses,
            self._schedules,
            self._topics,
            self._log_filters,
            self._logs,
        ):
            part.install()

    async def close(self) -> None:
        """Nothing fires any more, until something new is set up."""
        for clockwork in self._clockworks:
            await clockwork.close()
        tasks = [*self._tasks, *([self._watch] if self._watch else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _heard(self, entry: JournalEntry) -> None:
        """A call may have made a schedule or an alarm. Entries of calls come from the loop."""
        if entry.kind != "api.call" or str(entry.data["operation"]).startswith(_READING):
            return
        if entry.data["service"] in SCHEDULING:
            for clockwork in self._clockworks:
                self._spawn(clockwork.refresh())
        if entry.data["service"] in ALARMING and (self._watch is None or self._watch.done()):
            self._watch = asyncio.get_running_loop().create_task(self._watch_alarms())

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch_alarms(self) -> None:
        """For as long as there are alarms."""
        while await asyncio.to_thread(self._alarms.any):
            await asyncio.to_thread(self._alarms.evaluate, self._waits.now())
            await asyncio.gather(
                self._waits.sleep(LOOK_AT_ALARMS_S), asyncio.sleep(SHORTEST_WAIT_S)
            )

    def _act(self, change: AlarmChange, actions: list[str]) -> None:
        """An alarm's actions, and its event on the default bus."""
        self._journal.append(
            "alarm.state_changed",
            current_call.get().request_id,
            alarm=change.arn,
            before=change.before.value,
            after=change.after.value,
            reason=change.after.reason,
        )
        self.buses.put(change.place.region, "default", state_change_event(change))
        for action in actions:
            self._take(change, action)

    def _take(self, change: AlarmChange, action: str) -> None:
        service = Arn.parse(action).service
        if service == "lambda":
            self._push.push(ALARMS_PRINCIPAL, change.arn, action, function_event(change))
        elif service == "sns":
            subject, message = topic_message(change)
            try:
                origin = Origin(current_call.get().request_id)
                self._deliver(TopicMessage(action, message, subject=subject), origin)
            except DeliveryError as error:
                self._journal.append(
                    "delivery.failed", origin.request_id, target=action, reason=error.reason
                )

    def _push_from_rule(self, rule: str, function: str, text: str) -> tuple[str, str] | None:
        return _told(self._push.push(EVENTS_PRINCIPAL, rule, function, text))

    def _push_from_schedule(self, _arn: str, function: str, text: str) -> tuple[str, str] | None:
        return _told(self._push.push_for_role(function, text))

    def _push_from_topic(
        self, topic: str, function: str, event: dict[str, Any]
    ) -> tuple[str, str] | None:
        return _told(self._push.push(SNS_PRINCIPAL, topic, function, event))

    def _push_from_logs(self, group: str, function: str, event: dict[str, Any]) -> None:
        """AWS's consoles write either of two principals into policies; both are let in."""
        self._push.push(self._logs_principal(group, function), group, function, event)

    def _logs_may_invoke(self, group: str, function: str) -> bool:
        principal = self._logs_principal(group, function)
        return self._push.may_invoke(principal, group, function)

    def _logs_principal(self, group: str, function: str) -> str:
        regional = f"logs.{Arn.parse(group).region}.amazonaws.com"
        return regional if self._push.may_invoke(regional, group, function) else LOGS_PRINCIPAL


_READING = ("Describe", "List", "Get")


def _told(refusal: Refusal | None) -> tuple[str, str] | None:
    return None if refusal is None else (refusal.code, refusal.message)
