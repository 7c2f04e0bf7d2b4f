"""Windows of logs: by time, page by page, without a look at the other lines."""

from __future__ import annotations

import uuid
from typing import Any

import moto.logs.models
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.logs.models import logs_backends

from lab_helpers.emulator.moto_bridge.logs import log_windows

LOGS = logs_backends["123456789012"]["us-east-1"]
STREAMS = ("a", "b@c", "d")
LINES = st.lists(st.tuples(st.sampled_from(STREAMS), st.integers(1, 9)), max_size=25)
BOUNDS = st.none() | st.integers(0, 10)


@pytest.fixture(autouse=True)
def _installed() -> None:
    log_windows.install()


def group_with(lines: list[tuple[str, int]]) -> Any:
    name = f"windows-{uuid.uuid4().hex}"
    LOGS.create_log_group(name, {})
    for stream in STREAMS:
        LOGS.create_log_stream(name, stream)
    group = LOGS.groups.pop(name)
    for number, (stream, time) in enumerate(lines):
        group.put_log_events(stream, [{"timestamp": time, "message": f"{number}"}])
        log_windows.window(group.streams[stream], 5, None)  # put in order while lines come
    return group


def within(time: int, start: int | None, end: int | None) -> bool:
    return (not start or time >= start) and (not end or time <= end)


def filtered(group: Any, size: int, *bounds: int | None, names: Any = None) -> list[list[str]]:
    """Messages, page by page."""
    pages: list[list[str]] = []
    token = None
    while not pages or token:
        found, token, searched = group.filter_log_events(
            group.name, names, *bounds, size, token, "", True
        )
        pages.append([one["message"] for one in found])
        assert [one["logStreamName"] for one in searched] == list(names or STREAMS)
    return pages


@settings(deadline=None)
@given(LINES, BOUNDS, BOUNDS, st.integers(1, 4))
def test_filtered_pages_hold_every_line_once_in_the_order_of_time(
    lines: list[tuple[str, int]], start: int | None, end: int | None, size: int
) -> None:
    whole = [
        f"{number}"
        for number, (stream, time) in sorted(
            enumerate(lines), key=lambda one: (one[1][1], STREAMS.index(one[1][0]), one[0])
        )
        if within(time, start, end)
    ]
    pages = filtered(group_with(lines), size, start, end)
    assert [message for page in pages for message in page] == whole
    assert all(len(page) == size for page in pages[:-1])


@settings(deadline=None)
@given(LINES, BOUNDS, BOUNDS, st.integers(1, 4), st.booleans())
def test_pages_of_a_stream_go_both_ways(
    lines: list[tuple[str, int]],
    start: int | None,
    end: int | None,
    size: int,
    from_head: bool,
) -> None:
    stream = group_with(lines).streams["a"]
    mine = [(time, f"{n}") for n, (name, time) in enumerate(lines) if name == "a"]
    whole = [one for time, one in sorted(mine, key=lambda one: one[0]) if within(time, start, end)]

    def page(token: str | None) -> tuple[list[str], str, str]:
        found, back, forth = stream.get_log_events(start, end, size, token, from_head)
        return [one["message"] for one in found], back, forth

    shown, back, forth = page(None)
    assert shown == (whole[:size] if from_head else whole[-size:])
    seen = list(shown)
    while shown:
        shown, back, forth = page(forth if from_head else back)
        seen = seen + shown if from_head else shown + seen
    assert seen == whole


def test_a_reader_of_an_empty_stream_gets_its_first_line() -> None:
    group = group_with([])
    found, _, forth = group.streams["a"].get_log_events(None, None, 10, None, False)
    group.put_log_events("a", [{"timestamp": 1, "message": "first"}])
    more, _, _ = group.streams["a"].get_log_events(None, None, 10, forth, True)
    assert ([one["message"] for one in more], found) == (["first"], [])


@pytest.mark.parametrize("token", ["no token", "other@a@0", "{group}@x@0", "{group}@a@no"])
def test_a_token_that_was_never_given_leads_to_no_lines(token: str) -> None:
    group = group_with([("a", 1)])
    asked = token.format(group=group.name)
    assert group.filter_log_events(group.name, None, None, None, 5, asked, "", True)[:2] == (
        [],
        None,
    )


def test_a_described_stream_tells_its_first_and_last_time() -> None:
    group = group_with([("a", 5), ("a", 2), ("a", 7), ("a", 6)])
    told = group.streams["a"].to_describe_dict()
    assert (told["firstEventTimestamp"], told["lastEventTimestamp"]) == (2, 7)
    assert "lastEventTimestamp" not in group.streams["d"].to_describe_dict()


def test_lines_that_come_after_old_ones_went_are_put_in_order() -> None:
    group = group_with([("a", time) for time in range(1, 9)])
    log_windows.drop_oldest(group.streams["a"], 6)
    for time in (12, 9, 11, 10):
        group.put_log_events("a", [{"timestamp": time, "message": f"{time}"}])
    assert filtered(group, 9, 9, None) == [["9", "10", "11", "12"]]


def test_a_page_looks_no_further_than_to_the_next_match(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    class Filter:
        def __init__(self, pattern: str) -> None: ...

        def matches(self, message: str) -> bool:
            looked_at.append(message)
            return True

    monkeypatch.setattr(moto.logs.models, "EventMessageFilter", Filter)
    group = group_with([("a", 10 + number) for number in range(200)])
    shown, token, _ = group.filter_log_events(group.name, ["a"], 110, None, 3, None, "x", True)
    assert [one["message"] for one in shown] == ["100", "101", "102"]
    assert looked_at == ["100", "101", "102", "103"]
    looked_at.clear()
    group.filter_log_events(group.name, ["a"], 110, None, 2, token, "x", True)
    assert looked_at == ["103", "104", "105"]
