"""JSON logs hold Lambda's records of the wanted level, as AWS's table maps events to levels."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

import pytest

from lab_helpers.emulator.invocation.system_log_level import is_sent, level_of
from lab_helpers.emulator.runtime import platform_events
from lab_helpers.emulator.runtime.platform_events import (
    FunctionLog,
    InitReport,
    InitStart,
    PlatformEvent,
    Report,
    RestoreReport,
    RestoreStart,
    RuntimeDone,
    Start,
)
from lab_helpers.emulator.runtime.spec import InvocationStatus


def event(kind: type[PlatformEvent], **known: Any) -> PlatformEvent:
    values: dict[str, Any] = {field.name: None for field in fields(kind)}
    return kind(**{**values, "time": 1.0, **known})


SUCCESS, FAILURE = InvocationStatus.SUCCESS, InvocationStatus.ERROR


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (event(InitStart), "INFO"),
        (event(InitReport, status=FAILURE), "WARN"),
        (event(RestoreStart), "INFO"),
        (event(RestoreReport, status=SUCCESS), "INFO"),
        (event(RestoreReport, status=FAILURE), "WARN"),
        (event(Start), "INFO"),
        (event(RuntimeDone, status=SUCCESS), "DEBUG"),
        (event(RuntimeDone, status=FAILURE), "WARN"),
        (event(Report, status=SUCCESS), "INFO"),
        (event(Report, status=InvocationStatus.TIMEOUT), "WARN"),
    ],
)
def test_an_event_has_the_level_of_awss_table(found: PlatformEvent, level: str) -> None:
    assert level_of(found) == level


def test_info_is_the_default_and_leaves_details_out() -> None:
    done = event(RuntimeDone, status=SUCCESS)
    assert is_sent(event(Start), None)
    assert not is_sent(done, None)
    assert is_sent(done, "DEBUG")


def test_warn_keeps_failures_alone() -> None:
    assert not is_sent(event(Start), "WARN")
    assert not is_sent(event(Report, status=SUCCESS), "WARN")
    assert is_sent(event(Report, status=FAILURE), "WARN")


def test_what_the_function_writes_is_not_lambdas_to_filter() -> None:
    assert is_sent(event(FunctionLog), "WARN")


def test_every_kind_of_event_has_a_level() -> None:
    kinds = [
        kind
        for _, kind in inspect.getmembers(platform_events, inspect.isclass)
        if issubclass(kind, PlatformEvent) and kind not in (PlatformEvent, FunctionLog)
    ]
    assert {
        level_of(event(kind, status=SUCCESS))
        if "status" in kind.__dataclass_fields__
        else level_of(event(kind))
        for kind in kinds
    } <= {"DEBUG", "INFO", "WARN"}
