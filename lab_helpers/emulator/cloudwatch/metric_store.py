"""Metric values, kept per minute: sums, extremes and enough of the distribution for percentiles.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
A metric is a namespace, a name and exactly one set of dimensions: FunctionName=f does not
include what was written under FunctionName=f, Resource=f:prod. Memory is bounded: the oldest
minutes go first.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lab_helpers.emulator.invocation.metrics import Dimensions, MetricValue

MINUTE_S = 60
RETAINED_MINUTES = 200_000
"""Minutes of metrics, over all metrics: about 100 MB at the very most."""
DISTINCT_VALUES = 256


class MetricKey(NamedTuple):
    """What tells one metric from another, in one Region."""

    region: str
    namespace: str
    name: str
    dimensions: Dimensions


@dataclass
class Distribution:
    """The values of some time.

    Attributes:
        values: value → how often; values are rounded to about one percent once there are many.
    """

    count: float = 0.0
    total: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf
    unit: str = "None"
    values: dict[float, float] = field(default_factory=dict)

    def add(self, value: float, times: float = 1.0) -> None:
        self.add_summary(times, value * times, value, value)
        if len(self.values) >= DISTINCT_VALUES and value not in self.values:
            value = _coarse(value)
        self.values[value] = self.values.get(value, 0.0) + times

    def add_summary(self, count: float, total: float, minimum: float, maximum: float) -> None:
        """A StatisticSet: no percentiles come of it."""
        self.count += count
        self.total += total
        # Not min() and max(): an invocation adds seventeen values.
        if minimum < self.minimum:
            self.minimum = minimum
        if maximum > self.maximum:
            self.maximum = maximum

    def merge(self, other: Distribution) -> None:
        self.add_summary(other.count, other.total, other.minimum, other.maximum)
        self.unit = other.unit
        for value, times in other.values.items():
            self.values[value] = self.values.get(value, 0.0) + times

    def statistic(self, name: str) -> float | None:
        """``Sum``, ``Average``, ``Minimum``, ``Maximum``, ``SampleCount`` or ``p99.9``."""
        if not self.count:
            return None
        plain = {
            "Sum": self.total,
            "Average": self.total / self.count,
            "Minimum": self.minimum,
            "Maximum": self.maximum,
            "SampleCount": self.count,
        }
        if name in plain:
            return plain[name]
        percent = percent_of(name)
        return None if percent is None else self._percentile(percent)

    def _percentile(self, percent: float) -> float | None:
        """The nearest rank: a value that occurred."""
        rank = max(1.0, math.ceil(sum(self.values.values()) * percent / 100))
        passed = 0.0
        for value in sorted(self.values):
            passed += self.values[value]
            if passed >= rank:
                return value
        return None


def percent_of(statistic: str) -> float | None:
    """99.9 of ``p99.9``; None where it is no percentile."""
    if not statistic.startswith("p"):
        return None
    try:
        percent = float(statistic[1:])
    except ValueError:
        return None
    return percent if 0 <= percent <= 100 else None


def _coarse(value: float) -> float:
    """Half a percent off at most: 232 values between 1 and 10, and as many between 10 and 100."""
    if value == 0:
        return 0.0
    return math.copysign(1.01 ** round(math.log(abs(value), 1.01)), value)


class MetricStore:
    """All metrics of one account. Safe to use from several threads."""

    def __init__(self, retained_minutes: int = RETAINED_MINUTES) -> None:
        self._retained = retained_minutes
        self._metrics: dict[MetricKey, dict[int, Distribution]] = {}
        self._age: deque[tuple[MetricKey, int]] = deque()
        self._changed: set[int] = set()
        self._lock = threading.Lock()

    def put(self, value: MetricValue, times: float = 1.0) -> None:
        with self._lock:
            self._minute(value).add(value.value, times)

    def put_summary(
        self, value: MetricValue, count: float, total: float, minimum: float, maximum: float
    ) -> None:
        """``value.value`` is not looked at."""
        with self._lock:
            self._minute(value).add_summary(count, total, minimum, maximum)

    def _minute(self, value: MetricValue) -> Distribution:
        key = MetricKey(value.region, value.namespace, value.name, value.dimensions)
        minute = int(value.time // MINUTE_S)
        self._changed.add(minute)
        minutes = self._metrics.get(key)
        if minutes is None:
            minutes = self._metrics[key] = {}
        found = minutes.get(minute)
        if found is None:
            found = minutes[minute] = Distribution(unit=value.unit)
            self._age.append((key, minute))
            self._forget_oldest()
        return found

    def take_changed(self) -> set[int]:
        """The minutes (since the epoch) that got values since the last time."""
        with self._lock:
            changed, self._changed = self._changed, set()
            return changed

    def of_minute(self, minute: int) -> list[tuple[MetricKey, Distribution]]:
        """Copies of what all metrics have in it."""
        with self._lock:
            return [
                (key, replace(minutes[minute], values=dict(minutes[minute].values)))
                for key, minutes in self._metrics.items()
                if minute in minutes
            ]

    def restore(self, minute: int, found: Iterable[tuple[MetricKey, Distribution]]) -> None:
        """What ``of_minute`` gave, in a store that has nothing of that minute."""
        with self._lock:
            for key, distribution in found:
                self._metrics.setdefault(key, {})[minute] = distribution
                self._age.append((key, minute))
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        while len(self._age) > self._retained:
            key, minute = self._age.popleft()
            minutes = self._metrics[key]
            del minutes[minute]
            if not minutes:
                del self._metrics[key]

    def clear(self) -> None:
        with self._lock:
            self._metrics.clear()
            self._age.clear()
            self._changed.clear()

    def periods(
        self, key: MetricKey, start: float, end: float, period_s: int, unit: str | None = None
    ) -> dict[int, Distribution]:
        """By the start of each period (seconds since the epoch), oldest first; none is empty.

        Args:
            start: inclusive; end exclusive. Periods begin at multiples of ``period_s``.
        """
        found: dict[int, Distribution] = {}
        with self._lock:
            minutes = self._metrics.get(key, {})
            for minute in sorted(minutes):
                time = minute * MINUTE_S
                if not start - MINUTE_S < time < end or (unit and minutes[minute].unit != unit):
                    continue
                begin = int(time // period_s * period_s)
                found.setdefault(begin, Distribution()).merge(minutes[minute])
        return found

    def keys(
        self,
        region: str,
        namespace: str | None = None,
        name: str | None = None,
        dimensions: Iterable[Mapping[str, str]] = (),
    ) -> Iterator[MetricKey]:
        """As ListMetrics chooses: each given dimension must be there, others may be."""
        wanted = [(one["Name"], one.get("Value")) for one in dimensions]
        with self._lock:
            keys = list(self._metrics)
        for key in keys:
            if (
                key.region == region
                and namespace in (None, key.namespace)
                and name in (None, key.name)
                and all(_has(key.dimensions, *one) for one in wanted)
            ):
                yield key


def _has(dimensions: Dimensions, name: str, value: str | None) -> bool:
    return any(name == found and value in (None, other) for found, other in dimensions)
