"""Lambda's invocations, put together: who runs where, what is counted, and what follows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lab_helpers.arns import Arn
from lab_helpers.clock import Clock, ScaledClock
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.records import Function
from lab_helpers.emulator.invocation.async_outcomes import (
    AsyncOutcomes,
    RoleMay,
    every_role_may,
)
from lab_helpers.emulator.invocation.async_queue import AsyncQueue
from lab_helpers.emulator.invocation.concurrency import Concurrency
from lab_helpers.emulator.invocation.deliveries import Delivery, Origin
from lab_helpers.emulator.invocation.environments import EnvironmentPool
from lab_helpers.emulator.invocation.invoke_api import InvokeApi
from lab_helpers.emulator.invocation.invoker import Invoker
from lab_helpers.emulator.invocation.metrics import LambdaMetrics, PutMetric
from lab_helpers.emulator.invocation.queued_events import WaitingEvents
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.provisioner import Provisioner

LAMBDA = "lambda"
FUNCTION_CHANGE_S = 1.0
"""AWS's seconds from CreateFunction to Active, or until an update is Successful: about what
people see of a zip package without a VPC."""


class LambdaDataPlane:
    """The rooms behind Invoke, of one cloud.

    Args:
        deliver: carries a record to its destination; blocks, raises DeliveryError.
        put_metric: takes a metric's value; must be quick.
        role_may: whether an execution role allows what a record's delivery needs.
        waiting: remembers asynchronous events while the cloud is off.
        time_scale: waits that AWS imposes are this many times shorter.
    """

    def __init__(
        self,
        control_plane: LambdaControlPlane,
        pool: EnvironmentPool,
        journal: Journal,
        clock: Clock,
        time_scale: float,
        deliver: Callable[[Delivery, Origin], None],
        put_metric: PutMetric,
        role_may: RoleMay = every_role_may,
        waiting: WaitingEvents | None = None,
    ) -> None:
        self._control_plane = control_plane
        self._deliver_blocking = deliver
        self._reservations: dict[str, int] = {}
        self.role_may = role_may
        metrics = LambdaMetrics(put_metric, clock.now)
        concurrency = Concurrency(
            self._reserved_total, lambda _region: control_plane.state.concurrency_limit
        )
        self.metrics = metrics
        self.waits = ScaledClock(clock, time_scale)
        self.invoker = Invoker(pool, concurrency, journal, metrics, clock.now)
        control_plane.state.function_change_s = FUNCTION_CHANGE_S / time_scale
        pool.on_full = lambda target, most: journal.append(
            "environment.waited_for", "", function_arn=target.invoked_arn, running=most
        )
        resolve = control_plane.resolve
        self.queue = AsyncQueue(self.invoker, resolve, journal, self.waits, metrics, waiting)
        self.queue.tell_outcomes_to(
            AsyncOutcomes(self.deliver, self._invoke_destination, journal, metrics, role_may)
        )
        self.api = InvokeApi(resolve, self.invoker, self.queue)
        self.provisioner = Provisioner(control_plane, pool, journal, clock)

    async def deliver(self, what: Delivery, origin: Origin) -> None:
        """Raises DeliveryError. moto is kept off the event loop."""
        await asyncio.to_thread(self._deliver_blocking, what, origin)

    def _invoke_destination(self, function_arn: str, event: bytes, origin: Origin) -> str:
        return self.queue.put(
            Arn.parse(function_arn).region,
            function_arn,
            event,
            LAMBDA,
            cause_id=origin.request_id,
            trace_header=origin.trace_header,
        )

    def reservations_changed(self) -> None:
        """Somebody has changed a function: from any thread, before the change is answered."""
        self._reservations = {}

    def _reserved_total(self, region: str) -> int:
        """Each invocation asks: the sum is kept for as long as no function changes."""
        known = self._reservations
        total = known.get(region)
        if total is None:
            functions = self._control_plane.state.region(region).functions.values()
            total = sum(_taken_from_the_pool(function) for function in list(functions))
            known[region] = total  # in what has been replaced where one changes meanwhile
        return total


def _taken_from_the_pool(function: Function) -> int:
    """Of the account's concurrency: a reservation, or without one what is provisioned."""
    if function.reserved_concurrency is not None:
        return function.reserved_concurrency
    return sum(config.requested for config in function.provisioned.values())
