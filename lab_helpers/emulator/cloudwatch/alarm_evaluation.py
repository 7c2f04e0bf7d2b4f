"""When an alarm goes off.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"

_COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True)
class Datapoint:
    """The statistic of one period; ``value`` is None where nothing was reported."""

    begin: int
    value: float | None


@dataclass(frozen=True)
class AlarmRule:
    """Attributes: comparison, as AWS names it; datapoints_to_alarm, M of the N periods."""

    comparison: str
    threshold: float
    datapoints_to_alarm: int
    treat_missing_data: str = "missing"

    @property
    def is_supported(self) -> bool:
        return self.comparison in _COMPARISONS


def evaluate(rule: AlarmRule, points: Sequence[Datapoint], state: str) -> tuple[str, str]:
    """The state that follows from the last N periods, oldest first, and AWS's reason for it.

    Args:
        state: in which the alarm is now; where nothing follows it stays so.
    """
    compare, words = _COMPARISONS[rule.comparison]
    known = [point for point in points if point.value is not None]
    missing = len(points) - len(known)
    if not known and rule.treat_missing_data == "missing":
        return INSUFFICIENT_DATA, f"Insufficient Data: {_counted(missing)} were unknown."
    if not known and rule.treat_missing_data == "ignore":
        return state, ""
    breaching = [
        point for point in known if point.value is not None and compare(point.value, rule.threshold)
    ]
    filled = missing if rule.treat_missing_data == "breaching" else 0
    goes_off = len(breaching) + filled >= rule.datapoints_to_alarm
    shown = breaching if goes_off else [point for point in known if point not in breaching]
    if not shown:
        what = f"no datapoints were received for {missing} period{'s' * (missing != 1)} and "
        what += f"{_counted(missing)} were treated as "
        what += "[Breaching]" if goes_off else "[NonBreaching]"
        return (ALARM if goes_off else OK), f"Threshold Crossed: {what}."
    verb = "was" if len(shown) == 1 else "were"
    negation = "" if goes_off else " not"
    values = ", ".join(_shown(point) for point in reversed(shown))
    return (ALARM if goes_off else OK), (
        f"Threshold Crossed: {len(shown)} out of the last {len(points)} datapoints [{values}] "
        f"{verb}{negation} {words} the threshold ({rule.threshold}) (minimum "
        f"{_minimum(rule.datapoints_to_alarm)} for {_transition(goes_off)} transition)."
    )


def _counted(number: int) -> str:
    return f"{number} datapoint{'s' * (number != 1)}"


def _minimum(number: int) -> str:
    return _counted(number)


def _transition(goes_off: bool) -> str:
    return "OK -> ALARM" if goes_off else "ALARM -> OK"


def _shown(point: Datapoint) -> str:
    moment = datetime.fromtimestamp(point.begin, UTC)
    return f"{point.value} ({moment:%d/%m/%y %H:%M:%S})"
