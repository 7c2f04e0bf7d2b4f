"""Metric filters: log messages become values of a metric.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lab_helpers.emulator.cloudwatch.log_patterns.log_pattern import LogPattern
from lab_helpers.emulator.invocation.metrics import MetricValue

MOST_DIMENSIONS = 3


class MetricTransformationError(ValueError):
    """What a filter is to make of a message is not possible; its text is AWS's."""


@dataclass(frozen=True)
class MetricTransformation:
    """What a match adds to which metric.

    Attributes:
        value: a number, or the selector of one: ``$.latency``, ``$bytes``.
        default: added where messages came and none matched; None adds nothing.
        dimensions: name → selector of its value.
    """

    namespace: str
    name: str
    value: str
    unit: str
    default: float | None
    dimensions: Mapping[str, str]

    @classmethod
    def from_request(cls, members: Mapping[str, object]) -> MetricTransformation:
        """From a member of PutMetricFilter's ``metricTransformations``."""
        default, dimensions = members.get("defaultValue"), members.get("dimensions")
        return cls(
            str(members.get("metricNamespace", "")),
            str(members.get("metricName", "")),
            str(members.get("metricValue", "")),
            str(members.get("unit") or "None"),
            float(default) if isinstance(default, int | float) else None,
            dimensions if isinstance(dimensions, dict) else {},
        )

    def check(self, pattern: LogPattern) -> None:
        """Raises MetricTransformationError where the pattern cannot give what is wanted."""
        if self.dimensions and self.default is not None:
            raise MetricTransformationError(
                "Invalid metric transformation: dimensions and default value are mutually "
                "exclusive properties"
            )
        if self.dimensions and not pattern.has_fields:
            raise MetricTransformationError(
                "The specified filter pattern does not support dimensions"
            )
        selects = self.value.startswith("$")
        if len(self.dimensions) > MOST_DIMENSIONS or (
            not pattern.has_fields if selects else _number(self.value) is None
        ):
            raise MetricTransformationError("Invalid metric transformation")

    def values(
        self, pattern: LogPattern, messages: Iterable[tuple[int, str]], region: str
    ) -> list[MetricValue]:
        """One for each message that matches and has a number where one is wanted.

        Args:
            messages: (milliseconds since the epoch, text) pairs.
        """
        found = (self._value(pattern, time_ms / 1000, text, region) for time_ms, text in messages)
        return [value for value in found if value is not None]

    def _value(
        self, pattern: LogPattern, time: float, message: str, region: str
    ) -> MetricValue | None:
        if pattern.match(message) is None:
            return None
        selects = self.value.startswith("$")
        number = _number(pattern.value(self.value, message) if selects else self.value)
        dimensions = [(name, pattern.value(one, message)) for name, one in self.dimensions.items()]
        known = sorted((name, text) for name, text in dimensions if text)
        if number is None or len(known) < len(dimensions):
            return None
        return self.nothing_found(time, region)._replace(value=number, dimensions=tuple(known))

    def nothing_found(self, time: float, region: str) -> MetricValue:
        """The default value, of a time in which nothing matched."""
        return MetricValue(
            region, self.name, self.default or 0, self.unit, (), time, self.namespace
        )


class DefaultValues:
    """Says when a default value is due: once in each minute with messages and no match.

    CloudWatch Logs reports once a minute; here values come with their messages, so a match that
    follows in the same minute is added to the default value.
    """

    def __init__(self, put: Callable[[MetricValue], None]) -> None:
        self._put = put
        self._minute: dict[tuple[str, str, str], int] = {}

    def report(
        self,
        transformation: MetricTransformation,
        filter_name: tuple[str, str, str],
        time: float,
        matched: bool,
    ) -> None:
        """After each delivery of messages.

        Args:
            filter_name: (Region, log group, filter).
            time: of the last message.
        """
        minute = int(time // 60)
        if self._minute.get(filter_name) == minute:
            return
        self._minute[filter_name] = minute
        if not matched and transformation.default is not None:
            self._put(transformation.nothing_found(time, filter_name[0]))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
