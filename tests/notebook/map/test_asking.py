"""A map of a thousand functions asks little about each, several at the same time, with a bar."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lab_helpers.notebook.map.asking import AT_ONCE, ask_each
from lab_helpers.notebook.map.cloud_state import read_cloud

PREFIX = "arn:aws:lambda:us-east-1:123456789012:function"
PATIENCE_S = 60.0


class Cloud:
    """Stands for boto3's clients of an account with functions and one rule that leads to a few."""

    def __init__(self, functions: int, led_to: int) -> None:
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()
        names = [f"f{number}" for number in range(functions)]
        listed = [
            {
                "FunctionName": name,
                "FunctionArn": f"{PREFIX}:{name}:{version}",
                "Version": version,
                "Role": "arn:aws:iam::123456789012:role/r",
            }
            for name in names
            for version in ("$LATEST", "1")
        ]
        targets = [{"Arn": f"{PREFIX}:{name}"} for name in names[:led_to]]
        self._answers: dict[str, Any] = {
            "list_functions": {"Functions": listed},
            "list_rules": {"Rules": [{"Name": "rule"}]},
            "list_targets_by_rule": {"Targets": targets},
            "get_policy": {"Policy": '{"Statement": []}'},
            "list_buckets": {"Buckets": []},
        }

    def __call__(self, _service: str) -> Any:
        return self

    def can_paginate(self, _operation: str) -> bool:
        return False

    def __getattr__(self, operation: str) -> Any:
        def answer(**_given: Any) -> Any:
            with self._lock:
                self.calls[operation] += 1
            if operation == "get_function_event_invoke_config":
                told = {"ResponseMetadata": {"HTTPStatusCode": 404}}
                raise ClientError(told, operation)  # type: ignore[arg-type]
            return self._answers.get(operation, {})

        return answer


def test_there_are_three_calls_for_each_function_and_one_for_each_that_something_leads_to() -> None:
    few, many = Cloud(10, led_to=2), Cloud(1_000, led_to=2)
    read_cloud(few)
    state = read_cloud(many)
    assert many.calls.total() - few.calls.total() == 3 * 990
    assert many.calls["get_policy"] == 2
    assert len(state.functions) == 1_000
    assert state.functions[7]["FunctionArn"] == f"{PREFIX}:f7"
    assert state.versions["f7"] == ["1"]
    assert state.unread == {}


def test_the_bar_sees_every_function() -> None:
    seen: list[str] = []

    def bar(items: Sequence[str]) -> Iterator[str]:
        for item in items:
            yield item
            seen.append(item)

    read_cloud(Cloud(20, led_to=0), bar)
    assert seen == [f"f{number}" for number in range(20)]


def test_questions_are_asked_at_the_same_time_and_answered_in_order() -> None:
    all_there = threading.Barrier(AT_ONCE, timeout=PATIENCE_S)

    def question(number: int) -> int:
        all_there.wait()  # broken, and so an error, unless so many ask at once
        return -number

    assert ask_each(range(2 * AT_ONCE), question) == [-number for number in range(2 * AT_ONCE)]


def test_an_error_ends_it_and_no_further_question_is_asked() -> None:
    asked: list[int] = []

    def question(number: int) -> None:
        asked.append(number)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        ask_each(range(100_000), question)
    assert len(asked) < 100_000
