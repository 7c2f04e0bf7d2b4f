"""A log group keeps its newest lines, however much functions print."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from moto.logs.models import LogGroup, logs_backends

from lab_helpers.emulator.moto_bridge.logs import log_retention

ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(log_retention, "LINES_KEPT", 50)
    monkeypatch.setattr(log_retention, "LOOK_AFTER", 5)
    monkeypatch.setattr(LogGroup, "put_log_events", log_retention._bounded)
    name = f"/aws/lambda/{uuid.uuid4().hex}"
    logs = logs_backends[ACCOUNT][REGION]
    logs.create_log_group(name, {})
    for stream in ("old", "new"):
        logs.create_log_stream(name, stream)
    return logs.groups[name]


def _print(group: Any, stream: str, first: int, count: int) -> None:
    now = int(time.time() * 1000)
    for number in range(first, first + count):
        line = {"timestamp": now + number, "message": f"{number}"}
        group.put_log_events(stream, [line])


def _lines(group: Any, stream: str) -> list[int]:
    return [int(event.message) for event in group.streams[stream].events]


@pytest.mark.fidelity(
    "A log group keeps its lines until its retention ends",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    difference="only its newest 100,000 lines, and for as long as the account is kept",
)
def test_the_oldest_lines_go_first_from_the_stream_that_is_oldest(group: Any) -> None:
    _print(group, "old", 0, 30)
    _print(group, "new", 30, 30)
    assert _lines(group, "new") == list(range(30, 60))
    assert _lines(group, "old") == list(range(10, 30))
    _print(group, "new", 60, 40)
    assert _lines(group, "old") == []
    assert _lines(group, "new") == list(range(50, 100))


def test_never_more_than_a_tenth_too_many_are_there(group: Any) -> None:
    for begin in range(0, 300, 3):
        _print(group, "new", begin, 3)
        assert len(_lines(group, "new")) < 50 + 5 + 3
    assert _lines(group, "new")[-1] == 299
