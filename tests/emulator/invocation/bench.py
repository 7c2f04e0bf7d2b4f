"""A queue with all its rooms before a runtime that does as it is told."""

from __future__ import annotations

from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.records import AsyncSettings, InvokeTarget
from lab_helpers.emulator.invocation.async_outcomes import AsyncOutcomes, RoleMay, every_role_may
from lab_helpers.emulator.invocation.async_queue import AsyncQueue
from lab_helpers.emulator.invocation.concurrency import Concurrency
from lab_helpers.emulator.invocation.deliveries import Delivery, DeliveryError, Origin
from lab_helpers.emulator.invocation.invoker import Invoker
from lab_helpers.emulator.invocation.metrics import LambdaMetrics, MetricValue
from lab_helpers.emulator.invocation.queued_events import WaitingEvents
from lab_helpers.emulator.journal import Journal
from tests.emulator.invocation.fake_runtime import FakeRuntime, pool, target
from tests.fakes import FakeClock


class Bench:
    """Attributes: sent, what was delivered; values, the metrics; gone, ARNs that are no more;
    refusal, what keeps the function from being reached."""

    def __init__(
        self,
        settings: AsyncSettings = AsyncSettings(),
        role_may: RoleMay = every_role_may,
        waiting: WaitingEvents | None = None,
        clock: FakeClock | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        self.journal = Journal(self.clock)
        self.runtime = FakeRuntime()
        self.target: InvokeTarget = target(settings=settings)
        self.values: list[MetricValue] = []
        self.sent: list[tuple[Delivery, Origin]] = []
        self.invoked: list[tuple[str, bytes, Origin]] = []
        self.gone = False
        self.refusal: LambdaError | None = None
        self.concurrency = Concurrency(lambda _region: 0)
        metrics = LambdaMetrics(self.values.append, self.clock.now)
        self.invoker = Invoker(
            pool(self.runtime, self.clock),
            self.concurrency,
            self.journal,
            metrics,
            self.clock.now,
        )
        self.queue = AsyncQueue(
            self.invoker, self.resolve, self.journal, self.clock, metrics, waiting
        )
        self.queue.tell_outcomes_to(
            AsyncOutcomes(self.deliver, self.invoke, self.journal, metrics, role_may)
        )

    def resolve(self, _region: str, _name: str) -> InvokeTarget:
        if self.refusal is not None:
            raise self.refusal
        return self.target

    async def deliver(self, what: Delivery, origin: Origin) -> None:
        if self.gone:
            raise DeliveryError("gone")
        self.sent.append((what, origin))

    def invoke(self, function_arn: str, event: bytes, origin: Origin) -> str:
        self.invoked.append((function_arn, event, origin))
        return "new-id"

    def attempts(self) -> int:
        return len(self.runtime.invocations)

    def kinds(self, prefix: str = "async") -> list[str]:
        return [entry.kind for entry in self.journal.entries(kind=prefix)]

    def total(self, name: str) -> float:
        """Sum of a metric over the Region."""
        return sum(
            value.value for value in self.values if value.name == name and not value.dimensions
        )
