"""Values in a query: text, numbers, yes or no, nothing; how they compare and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

Value = str | float | bool | None
Row = Mapping[str, Value]
Rows = Sequence[Row]


def as_number(value: Value) -> float | None:
    """Numbers, and texts that are one: fields found in logs are texts."""
    if isinstance(value, bool | None):
        return None if value is None else float(value)
    try:
        number = float(value)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None


def equal(left: Value, right: Value) -> bool:
    if left is None or right is None:
        return left is right
    numbers = as_number(left), as_number(right)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return shown(left) == shown(right)


def less(left: Value, right: Value) -> bool:
    """False where one of the two is nothing."""
    if left is None or right is None:
        return False
    a, b = as_number(left), as_number(right)
    if a is not None and b is not None:
        return a < b
    return shown(left) < shown(right)


def sort_key(value: Value) -> tuple[int, float, str]:
    """Nothing first, then numbers, then texts."""
    if value is None:
        return (0, 0.0, "")
    number = as_number(value)
    return (1, number, "") if number is not None else (2, 0.0, shown(value))


def shown(value: Value) -> str:
    """As results hold it: whole numbers without a point, others with four places at most."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float | int):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return "" if value is None else value


def shown_time(milliseconds: float) -> str:
    """``2026-11-22 16:00:00.000``."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"


def milliseconds_of(value: Value) -> float | None:
    """The way back from ``shown_time``."""
    try:
        moment = datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S.%f")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC).timestamp() * 1000
