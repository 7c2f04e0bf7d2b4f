"""SNS, EventBridge, Scheduler, Logs and alarms, connected to functions: built and kept going."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

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
from lab_helpers.emulator.moto_bridge import lambda_door
from lab_helpers.emulator.moto_bridge.cloudwatch.alarms import Alarms
from lab_helpers.emulator.moto_bridge.cloudwatch.metrics import CloudWatchMetrics
from lab_helpers.emulator.moto_bridge.current_call import current_call
from lab_helpers.emulator.moto_bridge.events import rule_checks
from lab_helpers.emulator.moto_bridge.events.event_bus import EventBuses
from lab_helpers.emulator.moto_bridge.events.event_targets import EventTargets, RuleTarget
from lab_helpers.emulator.moto_bridge.events.role_targets import ROLE_ACTIONS
from lab_helpers.emulator.moto_bridge.events.scheduler import Schedules
from lab_helpers.emulator.moto_bridge.logs import log_queries, log_retention
from lab_helpers.emulator.moto_bridge.logs.log_filters import LogFilters
from lab_helpers.emulator.moto_bridge.logs.log_subscriptions import LogSubscriptions
from lab_helpers.emulator.moto_bridge.sqs import message_tracing
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

CLOUDWATCH_PRINCIPAL = "cloudwatch.amazonaws.com"
LOOK_AT_ALARMS_S = 10.0
"""AWS's seconds between two evaluations of an alarm."""
SHORTEST_WAIT_S = 0.2
"""Of the machine's own seconds, however short AWS's become."""
SCHEDULING = frozenset({"events", "scheduler", "cloudformation"})
ALARMING = frozenset({"monitoring", "cloudformation"})


class ServiceMay(Protocol):
    """(service principal, action, source's ARN, resource's ARN, owner for AWS:SourceOwner)"""

    def __call__(
        self, service: str, action: str, source_arn: str, resource: str, source_owner: str = "", /
    ) -> bool: ...


class PushServices:
    """What pushes, of one cloud.

    Args:
        deliver: carries messages out; blocks, raises DeliveryError.
        waits: AWS's waits go through it.
        role_trusts: (role's ARN, service principal) → may the service assume the role?
        role_may: (role's ARN, action, resource's ARN) → do the role's policies allow it?
        service_may: whether a resource's own policy lets a service in.
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
        role_may: Callable[[str, str, str], bool],
        service_may: ServiceMay,
    ) -> None:
        self._account_id = account_id
        self._role_may = role_may
        self._service_may = service_may
        self._push = push
        self._deliver = deliver
        self._journal = journal
        self._waits = waits
        self._metrics = CloudWatchMetrics(metrics)
        self._alarms = Alarms(account_id, metrics, self._act)
        rule_targets = EventTargets(account_id, self._push_from_rule, deliver, self._rule_may)
        self.buses = EventBuses(account_id, rule_targets, metrics.put, waits.now)
        self._schedules = Schedules(
            account_id,
            EventTargets(account_id, self._push_from_schedule, deliver, self._schedule_may),
            lambda role: role_trusts(role, "scheduler.amazonaws.com"),
        )
        self._topics = TopicSubscriptions(
            self._push_from_topic,
            deliver,
            lambda topic, queue: service_may(SNS_PRINCIPAL, "sqs:SendMessage", topic, queue),
        )
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
        log_queries.install()
        log_retention.install()
        rule_checks.install()
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

    def resume(self) -> None:
        """Schedules and alarms that are there already go on."""
        self._follow_schedules()
        self._follow_alarms()

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
            self._follow_schedules()
        if entry.data["service"] in ALARMING:
            self._follow_alarms()

    def _follow_schedules(self) -> None:
        for clockwork in self._clockworks:
            self._spawn(clockwork.refresh())

    def _follow_alarms(self) -> None:
        if self._watch is None or self._watch.done():
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
        elif service == "sns" and self._alarm_may_publish(change.arn, action):
            subject, message = topic_message(change)
            try:
                origin = Origin(current_call.get().request_id)
                self._deliver(TopicMessage(action, message, subject=subject), origin)
            except DeliveryError as error:
                self._journal.append(
                    "delivery.failed", origin.request_id, target=action, reason=error.reason
                )

    def _alarm_may_publish(self, alarm: str, topic: str) -> bool:
        """A topic's default policy lets its own account's alarms in.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
        """
        owner = self._account_id
        return self._service_may(CLOUDWATCH_PRINCIPAL, "sns:Publish", alarm, topic, owner)

    def _rule_may(self, target: RuleTarget, action: str, arn: str) -> bool:
        """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html

        Whether a function lets the rule in is decided, and told, where the event is pushed.
        """
        if action == "lambda:InvokeFunction":
            return True
        if action in ROLE_ACTIONS.values():
            return self._role_may(str(target.settings.get("RoleArn")), action, arn)
        return self._service_may(EVENTS_PRINCIPAL, action, target.source_arn, arn)

    def _schedule_may(self, target: RuleTarget, action: str, arn: str) -> bool:
        """A schedule sends with its role."""
        role = str(target.settings.get("RoleArn") or "")
        return not role or self._role_may(role, action, arn)

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
