from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.push_events.schedules import ScheduleError, next_time

START = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC).timestamp()  # a Sunday


def after(expression: str, start: float = START) -> str:
    moment = next_time(expression, start)
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", "2026-11-22 01:03"),
        ("rate(12 hours)", "2026-11-22 13:02"),
        ("rate(2 days)", "2026-11-24 01:02"),
        ("cron(0 10 * * ? *)", "2026-11-22 10:00"),
        ("cron(15 12 * * ? *)", "2026-11-22 12:15"),
        ("cron(0 18 ? * MON-FRI *)", "2026-11-23 18:00"),
        ("cron(0 8 1 * ? *)", "2026-12-01 08:00"),
        ("cron(0/15 * * * ? *)", "2026-11-22 01:15"),
        ("cron(0/10 * ? * 2-6 *)", "2026-11-23 00:00"),
        ("cron(30 0 1 JAN ? 2027)", "2027-01-01 00:30"),
        ("cron(0 9 L * ? *)", "2026-11-30 09:00"),
        ("cron(0 9 ? * 6L *)", "2026-11-27 09:00"),
        ("cron(0 9 ? * 3#2 *)", "2026-12-08 09:00"),
        ("cron(0 9 6W * ? *)", "2026-12-07 09:00"),
        ("cron(0 0 29 2 ? *)", "2028-02-29 00:00"),
        ("cron(0 0 1 1 ? 2020)", ""),
        ("at(2026-11-22T01:02:04)", "2026-11-22 01:02"),
        ("at(2026-11-22T01:02:03)", ""),
    ],
)
def test_the_next_time(expression: str, expected: str) -> None:
    assert after(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(5 seconds)",
        "cron(0 10 * * * *)",
        "cron(0 10 ? * ? *)",
        "cron(60 10 * * ? *)",
        "cron(0 10 * * ?)",
        "cron(0 10 ? * MON-XXX *)",
        "every day",
    ],
)
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    with pytest.raises(ScheduleError):
        next_time(expression, START)


def test_a_time_zone_moves_the_hours() -> None:
    moment = next_time("cron(0 9 * * ? *)", START, ZoneInfo("Asia/Tokyo"))
    assert moment is not None
    assert datetime.fromtimestamp(moment, UTC).hour == 0


@given(st.text(max_size=60), st.floats(0, 4e9))
def test_any_text_is_a_schedule_or_refused(text: str, start: float) -> None:
    for expression in (text, f"cron({text})", f"rate({text})"):
        with contextlib.suppress(ScheduleError):
            moment = next_time(expression, start)
            assert moment is None or moment > start


@given(
    st.sampled_from(["*", "0/7", "3,5", "10-20"]),
    st.sampled_from(["*", "1-5", "23"]),
    st.floats(1e9, 3e9),
)
def test_cron_times_grow_and_fit_their_fields(minutes: str, hours: str, start: float) -> None:
    first = next_time(f"cron({minutes} {hours} * * ? *)", start)
    assert first is not None
    assert start < first <= start + 2 * 86_400
    assert first % 60 == 0
