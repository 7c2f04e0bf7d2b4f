"""Log lines in the order of their time, of which only those that are wanted are looked at.

moto filters and sorts all lines of a stream, or of a group, for each look at them, and searches
them all for their first and their last time whenever a stream is described.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from operator import attrgetter
from typing import Any

import moto.logs.models
from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogGroup, LogStream

MOST_AT_ONCE = 10_000
_time = attrgetter("timestamp")
_number = attrgetter("event_id")


def install() -> None:
    LogStream._update = _note_first_and_last
    LogStream.get_log_events = _get_log_events
    LogGroup.filter_log_events = _filter_log_events


def lines_in_order(stream: Any) -> list[Any]:
    """The stream's own list. Lambda writes in order; what came late is put into its place once."""
    events: list[Any] = stream.events
    ordered = vars(stream).get("lines_in_order", 0)
    if ordered < len(events):
        new = pairwise(events[max(ordered - 1, 0) :])
        if any(later.timestamp < earlier.timestamp for earlier, later in new):
            events.sort(key=_time)
        stream.lines_in_order = len(events)
    return events


def drop_oldest(stream: Any, count: int) -> None:
    """So many lines go for good."""
    del lines_in_order(stream)[:count]
    stream.lines_in_order = len(stream.events)


def window(stream: Any, start: int | None, end: int | None) -> range:
    """Indexes of the lines between two times in milliseconds, both included."""
    events = lines_in_order(stream)
    first = bisect_left(events, start, key=_time) if start else 0
    return range(first, bisect_right(events, end, key=_time) if end else len(events))


def _note_first_and_last(stream: Any) -> None:
    events = lines_in_order(stream)
    stream.first_event_timestamp = events[0].timestamp if events else None
    stream.last_event_timestamp = events[-1].timestamp if events else None


def _get_log_events(
    stream: Any,
    start_time: int | None,
    end_time: int | None,
    limit: int | None,
    next_token: str | None,
    start_from_head: bool | None,
) -> tuple[list[dict[str, Any]], str, str]:
    """Tokens are moto's: a direction, and the last shown line's place in the window."""
    lines = window(stream, start_time, end_time)
    direction, place = _read_token(next_token)
    size, last = limit or MOST_AT_ONCE, len(lines) - 1
    if direction == "f":
        begin, end = place + 1, place + size
    elif direction == "b":
        begin, end = place - size, place - 1
    elif start_from_head:
        begin, end = 0, size - 1
    else:
        begin, end = last - size + 1, last
    begin, end = max(begin, 0), min(end, last)
    if begin > last:
        return [], f"b/{last:056d}", f"f/{last:056d}"
    if end < 0:
        return [], f"b/{0:056d}", f"f/{0:056d}"
    shown = [stream.events[index].to_response_dict() for index in lines[begin : end + 1]]
    return shown, f"b/{begin:056d}", f"f/{end:056d}"


def _read_token(token: str | None) -> tuple[str, int]:
    """Direction and place, -1 before the first line; no direction where there is no token."""
    if token is None:
        return "", 0
    direction, _, place = token.partition("/")
    if direction not in ("f", "b") or not place.removeprefix("-").isdecimal():
        raise InvalidParameterException("The specified nextToken is invalid.")
    return direction, int(place)


def _filter_log_events(
    group: Any,
    log_group_name: str,
    log_stream_names: Sequence[str] | None,
    start_time: int | None,
    end_time: int | None,
    limit: int | None,
    next_token: str | None,
    filter_pattern: str,
    interleaved: bool,
) -> tuple[list[dict[str, Any]], str | None, list[dict[str, Any]]]:
    """A page of lines of all streams by their time; reads no further than to the next match."""
    names = set(log_stream_names or ())
    streams = [one for name, one in group.streams.items() if not names or name in names]
    searched = [
        {"logStreamName": one.log_stream_name, "searchedCompletely": True} for one in streams
    ]
    windows = [window(one, start_time, end_time) for one in streams]
    if next_token:
        behind = _windows_behind(next_token, log_group_name, streams, windows)
        if behind is None:  # AWS answers an invalid token with no lines
            return [], None, searched
        windows = behind
    size = limit or MOST_AT_ONCE
    matching = _matching(streams, windows, filter_pattern)
    page = list(islice(matching, size))
    more = bool(page) and next(matching, None) is not None
    shown = [
        event.to_filter_dict() | {"logStreamName": stream.log_stream_name} for stream, event in page
    ]
    token = None
    if more:
        token = f"{log_group_name}@{shown[-1]['logStreamName']}@{shown[-1]['eventId']}"
    return shown, token, searched


def _matching(
    streams: Sequence[Any], windows: Sequence[range], pattern: str
) -> Iterator[tuple[Any, Any]]:
    """(stream, line) by time; of lines of one time, by the order of their streams."""
    matches = moto.logs.models.EventMessageFilter(pattern).matches

    def lines(stream: Any, indexes: range) -> Iterator[tuple[Any, Any]]:
        for index in indexes:
            event = stream.events[index]
            if matches(event.message):
                yield stream, event

    every = (lines(stream, indexes) for stream, indexes in zip(streams, windows, strict=True))
    yield from heapq.merge(*every, key=lambda pair: pair[1].timestamp)


def _windows_behind(
    token: str, group: str, streams: Sequence[Any], windows: Sequence[range]
) -> list[range] | None:
    """What is left behind the line that a token names; None where there is no such line."""
    named, _, rest = token.partition("@")
    stream_name, _, number = rest.rpartition("@")
    at = next((n for n, one in enumerate(streams) if one.log_stream_name == stream_name), None)
    if named != group or at is None or not number.isdecimal():
        return None
    place = _place_of(streams[at].events, int(number))
    if place not in windows[at]:
        return None
    time = streams[at].events[place].timestamp
    firsts = [
        place + 1
        if n == at
        else (bisect_right if n < at else bisect_left)(one.events, time, key=_time)
        for n, one in enumerate(streams)
    ]
    return [
        range(max(one.start, first), one.stop) for one, first in zip(windows, firsts, strict=True)
    ]


def _place_of(events: Sequence[Any], number: int) -> int:
    """Index of the line with that id, -1 where it is not here. Ids come in the order of arrival,
    which is nearly always that of time."""
    place = bisect_left(events, number, key=_number)
    if place < len(events) and events[place].event_id == number:
        return place
    return next((n for n, one in enumerate(events) if one.event_id == number), -1)
