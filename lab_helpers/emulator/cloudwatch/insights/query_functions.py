"""The functions of the query language: of one row, and of a group of rows.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from lab_helpers.emulator.cloudwatch.insights.query_values import (
    Value,
    as_number,
    milliseconds_of,
    shown,
    shown_time,
    sort_key,
)

_PERIOD = re.compile(r"(\d+)([a-zA-Z]+)")
_UNITS_MS = {
    **dict.fromkeys(("millisecond", "ms", "msec"), 1),
    **dict.fromkeys(("second", "s", "sec"), 1000),
    **dict.fromkeys(("minute", "m", "min"), 60_000),
    **dict.fromkeys(("hour", "h", "hr"), 3_600_000),
    **dict.fromkeys(("day", "d"), 86_400_000),
    **dict.fromkeys(("week", "w"), 604_800_000),
}
_MOST = {1: 1000, 1000: 60, 60_000: 60, 3_600_000: 24}
"""AWS caps the number of a period by its unit: ``bin(300s)`` is ``bin(60s)``."""


def period_ms(text: str) -> int | None:
    """``5m`` → 300,000; None for what is no period."""
    found = _PERIOD.fullmatch(text)
    unit = found[2].lower() if found else ""
    unit_ms = _UNITS_MS.get(unit) or _UNITS_MS.get(unit.removesuffix("s"))
    if found is None or not unit_ms:
        return None
    return min(int(found[1]), _MOST.get(unit_ms, int(found[1]))) * unit_ms or unit_ms


def date_floor(time: Value, period: Value) -> Value:
    milliseconds, step = milliseconds_of(time), as_number(period)
    if milliseconds is None or not step:
        return None
    return shown_time(milliseconds // step * step)


def _of_number(calculate: Callable[[float], float]) -> Callable[..., Value]:
    def function(value: Value) -> Value:
        number = as_number(value)
        try:
            return None if number is None else float(calculate(number))
        except (ValueError, OverflowError):  # the root or the logarithm of a negative number
            return None

    return function


def _first(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _round(value: Value, places: Value = 0.0) -> Value:
    number = as_number(value)
    return None if number is None else round(number, int(as_number(places) or 0))


SCALARS: dict[str, Callable[..., Value]] = {
    "abs": _of_number(abs),
    "ceil": _of_number(math.ceil),
    "floor": _of_number(math.floor),
    "sqrt": _of_number(math.sqrt),
    "log": _of_number(math.log),
    "round": _round,
    "tonumber": _of_number(float),
    "ispresent": lambda value: value is not None,
    "isempty": lambda value: shown(value) == "",
    "isblank": lambda value: shown(value).strip() == "",
    "isnumeric": lambda value: as_number(value) is not None,
    "coalesce": _first,
    "concat": lambda *values: "".join(shown(value) for value in values),
    "strlen": lambda value: float(len(shown(value))),
    "messagesize": lambda value: float(len(shown(value).encode())),
    "tolower": lambda value: shown(value).lower(),
    "toupper": lambda value: shown(value).upper(),
    "trim": lambda value: shown(value).strip(),
    "strcontains": lambda value, part: shown(part) in shown(value),
    "replace": lambda value, old, new: shown(value).replace(shown(old), shown(new)),
    "datefloor": date_floor,
    "tomillis": milliseconds_of,
}


def _numbers(values: Sequence[Value]) -> list[float]:
    found = (as_number(value) for value in values)
    return sorted(number for number in found if number is not None)


def _present(values: Sequence[Value]) -> list[Value]:
    return [value for value in values if value is not None]


def _average(values: Sequence[Value]) -> Value:
    numbers = _numbers(values)
    return sum(numbers) / len(numbers) if numbers else None


def _variance(values: Sequence[Value]) -> float | None:
    numbers = _numbers(values)
    if not numbers:
        return None
    mean = sum(numbers) / len(numbers)
    return sum((number - mean) ** 2 for number in numbers) / len(numbers)


def _percentile(values: Sequence[Value], percent: Value = 50.0) -> Value:
    numbers = _numbers(values)
    rank = math.ceil(len(numbers) * (as_number(percent) or 0.0) / 100)
    return numbers[max(0, min(rank, len(numbers)) - 1)] if numbers else None


def _deviation(values: Sequence[Value]) -> Value:
    variance = _variance(values)
    return None if variance is None else math.sqrt(variance)


AGGREGATES: dict[str, Callable[..., Value]] = {
    "count": lambda values: float(len(_present(values))),
    "count_distinct": lambda values: float(len({shown(value) for value in _present(values)})),
    "countdistinct": lambda values: float(len({shown(value) for value in _present(values)})),
    "sum": lambda values: sum(_numbers(values)),
    "avg": _average,
    "min": lambda values: min(_present(values), key=sort_key, default=None),
    "max": lambda values: max(_present(values), key=sort_key, default=None),
    "pct": _percentile,
    "stddev": _deviation,
    "variance": _variance,
    "sortsfirst": lambda values: min(_present(values), key=sort_key, default=None),
    "sortslast": lambda values: max(_present(values), key=sort_key, default=None),
}
"""Name → function of the values that its first argument has in the rows of a group."""
