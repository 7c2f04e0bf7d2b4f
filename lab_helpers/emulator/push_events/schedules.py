"""``rate(…)``, ``cron(…)`` and ``at(…)``: when a schedule comes round next.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
cron has six fields: minutes hours day-of-month month day-of-week year; one of the two days must
be ``?``. Days of the week count from Sunday = 1. Read here: ``* ? , - /``, names, ``L`` for the
last day of a month, ``6L`` for its last Friday, ``15W`` for the weekday nearest to a day and
``6#3`` for the third Friday.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

_UNITS_S = {"minute": 60, "hour": 3600, "day": 86_400}
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_WEEK = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_DAYS = {name: number for number, name in enumerate(_WEEK, 1)}
_LAST_YEAR = 2199


class ScheduleError(Exception):
    """The text is no schedule expression."""

    def __init__(self) -> None:
        super().__init__("Parameter ScheduleExpression is not valid.")


def next_time(expression: str, after: float, zone: tzinfo = UTC) -> float | None:
    """The first moment after ``after`` (seconds since the epoch); None where there is none.

    ``rate`` counts from ``after``. Raises ScheduleError.
    """
    text = expression.strip()
    if rate := _RATE.fullmatch(text):
        number = int(rate[1])
        if number == 0 or (number == 1) == bool(rate[3]):
            raise ScheduleError
        return after + number * _UNITS_S[rate[2]]
    if at := _AT.fullmatch(text):
        moment = datetime.fromisoformat(at[1]).replace(tzinfo=zone).timestamp()
        return moment if moment > after else None
    if text.startswith("cron(") and text.endswith(")"):
        return Cron.parse(text[5:-1]).next_time(after, zone)
    raise ScheduleError


@dataclass(frozen=True)
class Cron:
    """The six fields, read; of the two days one is None."""

    minutes: frozenset[int]
    hours: frozenset[int]
    month_days: str | None
    months: frozenset[int]
    week_days: str | None
    years: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Raises ScheduleError."""
        fields = text.split()
        if len(fields) != 6 or fields[2] == "?" == fields[4] or "?" not in (fields[2], fields[4]):
            raise ScheduleError
        minutes, hours, month_days, months, week_days, years = fields
        cron = cls(
            _numbers(minutes, 0, 59),
            _numbers(hours, 0, 23),
            None if month_days == "?" else month_days.upper(),
            _numbers(months, 1, 12, _MONTHS),
            None if week_days == "?" else week_days.upper(),
            _numbers(years, 1970, _LAST_YEAR),
        )
        cron._days(2024, 1)  # refuses what is wrong with the days
        return cron

    def next_time(self, after: float, zone: tzinfo) -> float | None:
        start = datetime.fromtimestamp(after, zone).replace(second=0, microsecond=0)
        begin = start + timedelta(minutes=1)
        for day in self._dates(begin.date()):
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                    if moment.timestamp() > after:
                        return moment.timestamp()
        return None

    def _dates(self, begin: date) -> Iterator[date]:
        for year in sorted(one for one in self.years if one >= begin.year):
            for month in sorted(self.months):
                if (year, month) < (begin.year, begin.month):
                    continue
                for day in sorted(self._days(year, month)):
                    if date(year, month, day) >= begin:
                        yield date(year, month, day)

    def _days(self, year: int, month: int) -> set[int]:
        length = calendar.monthrange(year, month)[1]
        if self.month_days is not None:
            return {day for day in _month_days(self.month_days, year, month) if day <= length}
        assert self.week_days is not None  # one of the two is given
        return _week_days(self.week_days, year, month)


def _month_days(text: str, year: int, month: int) -> set[int]:
    if text == "L":
        return {calendar.monthrange(year, month)[1]}
    if nearest := re.fullmatch(r"(\d\d?)W", text):
        return {_nearest_weekday(year, month, int(nearest[1]))}
    return set(_numbers(text, 1, 31))


def _nearest_weekday(year: int, month: int, day: int) -> int:
    """Within the month; Saturday goes back to Friday, Sunday on to Monday."""
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= 31:
        raise ScheduleError
    day = min(day, length)
    weekday = date(year, month, day).weekday()
    if weekday == calendar.SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == calendar.SUNDAY:
        return day + 1 if day < length else day - 2
    return day


def _week_days(text: str, year: int, month: int) -> set[int]:
    length = calendar.monthrange(year, month)[1]
    by_weekday: dict[int, list[int]] = {}
    for day in range(1, length + 1):
        by_weekday.setdefault(_week_day(year, month, day), []).append(day)
    if text == "L":
        return set(by_weekday[7])
    if last := re.fullmatch(r"([1-7]|[A-Z]{3})L", text):
        return {by_weekday[_number(last[1], _DAYS)][-1]}
    if nth := re.fullmatch(r"([1-7]|[A-Z]{3})#([1-5])", text):
        days = by_weekday[_number(nth[1], _DAYS)]
        return set(days[int(nth[2]) - 1 : int(nth[2])])
    wanted = _numbers(text, 1, 7, _DAYS)
    return {day for weekday in wanted for day in by_weekday[weekday]}


def _week_day(year: int, month: int, day: int) -> int:
    """Sunday is 1."""
    return (date(year, month, day).weekday() + 1) % 7 + 1


def _numbers(
    text: str, least: int, most: int, names: dict[str, int] | None = None
) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        base, slash, step_text = part.partition("/")
        step = int(step_text) if step_text.isdecimal() else 0
        if slash and step == 0:
            raise ScheduleError
        first, dash, last = base.partition("-")
        if base == "*":
            low, high = least, most
        elif dash:
            low, high = _number(first, names), _number(last, names)
        else:
            low = _number(first, names)
            high = most if slash else low
        if not least <= low <= high <= most:
            raise ScheduleError
        found.update(range(low, high + 1, step or 1))
    return frozenset(found)


def _number(text: str, names: dict[str, int] | None) -> int:
    if re.fullmatch("[0-9]{1,4}", text):
        return int(text)
    number = (names or {}).get(text.capitalize())
    if number is None:
        raise ScheduleError
    return number
