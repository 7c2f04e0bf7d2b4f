"""The invocations since a moment are read from that moment on, stream by stream."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from lab_helpers.grading.recent_runs import runs_since


class PretendLogs:
    """Pages of ``filter_log_events``; remembers what was asked for."""

    def __init__(self, *events: tuple[str, int, str], absent: bool = False) -> None:
        self.events = events
        self.absent = absent
        self.asked: dict[str, Any] = {}

    def get_paginator(self, operation: str) -> PretendLogs:
        assert operation == "filter_log_events"
        return self

    def paginate(self, **asked: Any) -> Any:
        self.asked = asked
        if self.absent:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "FilterLogEvents")
        for stream, timestamp, message in self.events:
            yield {
                "events": [{"logStreamName": stream, "timestamp": timestamp, "message": message}]
            }


def test_streams_that_are_told_in_turns_become_separate_runs() -> None:
    logs = PretendLogs(
        ("a", 10, "START RequestId: one Version: $LATEST\n"),
        ("b", 11, "START RequestId: two Version: $LATEST\n"),
        ("a", 12, "batch 1 2\n"),
        ("b", 13, "batch 3\n"),
        ("b", 14, "REPORT RequestId: two\tDuration: 1 ms\n"),
        ("a", 15, "REPORT RequestId: one\tDuration: 3 ms\n"),
    )
    runs = runs_since(logs, "/aws/lambda/f", 9)  # type: ignore[arg-type]
    assert [(run.request_id, run.text) for run in runs] == [
        ("one", "batch 1 2"),
        ("two", "batch 3"),
    ]
    assert logs.asked == {"logGroupName": "/aws/lambda/f", "startTime": 9}


def test_without_a_log_group_nothing_has_run() -> None:
    assert runs_since(PretendLogs(absent=True), "/aws/lambda/f", 0) == []  # type: ignore[arg-type]
