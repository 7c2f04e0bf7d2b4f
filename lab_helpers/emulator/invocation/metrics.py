"""Lambda's metrics in CloudWatch: which are written when, with which dimensions.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from lab_helpers.emulator.control_plane.records import LATEST, InvokeTarget
from lab_helpers.emulator.runtime.spec import InvocationOutcome

NAMESPACE = "AWS/Lambda"
COUNT, MILLISECONDS, PERCENT = "Count", "Milliseconds", "Percent"

Dimensions = tuple[tuple[str, str], ...]


class MetricValue(NamedTuple):
    """One value of one metric; a tuple, since an invocation writes seventeen of them.

    Attributes:
        dimensions: (name, value) pairs in the order of their names.
        time: seconds since the epoch.
    """

    region: str
    name: str
    value: float
    unit: str
    dimensions: Dimensions
    time: float
    namespace: str = NAMESPACE


PutMetric = Callable[[MetricValue], None]


def no_metrics(value: MetricValue) -> None:
    """For whoever does not look at metrics."""


def function_dimensions(target: InvokeTarget) -> tuple[Dimensions, ...]:
    """All sets under which a value of this invocation is written.

    None at all (the Region), FunctionName, Resource (the function, or it with the qualifier of
    the invocation), and for an alias the version that ran.
    """
    version = target.version
    return _dimensions(version.function_name, target.qualifier, version.version)


@lru_cache(maxsize=1024)
def _dimensions(name: str, qualifier: str | None, version: str) -> tuple[Dimensions, ...]:
    resource = f"{name}:{qualifier}" if qualifier else name
    function = ("FunctionName", name)
    sets: list[Dimensions] = [(), (function,), (function, ("Resource", resource))]
    if qualifier and qualifier not in (LATEST, version):
        sets.append((("ExecutedVersion", version), function, ("Resource", resource)))
    return tuple(sets)


class LambdaMetrics:
    """What happens to invocations, as CloudWatch is told."""

    def __init__(self, put: PutMetric, now: Callable[[], float]) -> None:
        self._put = put
        self._now = now

    def invoked(self, target: InvokeTarget, outcome: InvocationOutcome, started: float) -> None:
        """Stamped with the time of the invocation, not of its end."""
        failed = 0.0 if outcome.function_error is None else 1.0
        for name, value, unit in (
            ("Invocations", 1.0, COUNT),
            ("Errors", failed, COUNT),
            ("Throttles", 0.0, COUNT),
            ("Duration", outcome.duration_ms, MILLISECONDS),
        ):
            self._write(target, name, value, unit, started)

    def throttled(self, target: InvokeTarget) -> None:
        """Counts neither as an invocation nor as an error."""
        self._write(target, "Throttles", 1.0)

    def concurrency(
        self, target: InvokeTarget, function: int, region: int, unreserved: int, claimed: int
    ) -> None:
        """How many run now: of the function, in the Region, without a reservation; and how much
        of the account's concurrency is taken."""
        name, now = "ConcurrentExecutions", self._now()
        for dimensions in function_dimensions(target)[1:3]:
            self._one(target.region, name, function, dimensions, now)
        in_region = {name: region, "ClaimedAccountConcurrency": claimed}
        if target.reserved_concurrency is None:
            in_region["UnreservedConcurrentExecutions"] = unreserved
        for name, value in in_region.items():
            self._one(target.region, name, value, (), now)

    def provisioned(self, target: InvokeTarget, used: bool, in_use: int, allocated: int) -> None:
        """An invocation of a version with provisioned concurrency: on it, or spilled over."""
        kind = "Invocations" if used else "SpilloverInvocations"
        self._write(target, f"ProvisionedConcurrency{kind}", 1.0)
        self._write(target, "ProvisionedConcurrentExecutions", float(in_use))
        self._write(target, "ProvisionedConcurrencyUtilization", in_use / allocated)

    def recursion_dropped(self, target: InvokeTarget) -> None:
        self._write(target, "RecursiveInvocationsDropped", 1.0)

    def async_received(self, target: InvokeTarget) -> None:
        self._write(target, "AsyncEventsReceived", 1.0)

    def async_age(self, target: InvokeTarget, age_s: float) -> None:
        self._write(target, "AsyncEventAge", age_s * 1000, MILLISECONDS)

    def async_dropped(self, target: InvokeTarget) -> None:
        self._write(target, "AsyncEventsDropped", 1.0)

    def dead_letter_error(self, target: InvokeTarget) -> None:
        self._write(target, "DeadLetterErrors", 1.0)

    def destination_failure(self, target: InvokeTarget) -> None:
        self._write(target, "DestinationDeliveryFailures", 1.0)

    def iterator_age(self, target: InvokeTarget, age_s: float) -> None:
        """Of the last record of a stream's batch, when the batch goes to the function."""
        self._write(target, "IteratorAge", max(0.0, age_s) * 1000, MILLISECONDS)

    def mapping_events(self, region: str, uuid: str, name: str, count: int) -> None:
        """Of an event source mapping that was asked for its EventCount metrics."""
        self._one(region, name, count, (("EventSourceMappingUUID", uuid),), self._now())

    def _write(
        self,
        target: InvokeTarget,
        name: str,
        value: float,
        unit: str = COUNT,
        time: float | None = None,
    ) -> None:
        stamp = self._now() if time is None else time
        for dimensions in function_dimensions(target):
            self._put(MetricValue(target.region, name, value, unit, dimensions, stamp))

    def _one(
        self, region: str, name: str, value: float, dimensions: Dimensions, time: float
    ) -> None:
        self._put(MetricValue(region, name, float(value), COUNT, dimensions, time))
