"""The lines that AWS writes, to the tab."""

from __future__ import annotations

import json

from lab_helpers.emulator.invocation.log_lines import json_lines, text_lines
from lab_helpers.emulator.runtime.platform_events import (
    FunctionLog,
    InitReport,
    InitStart,
    Report,
    Start,
)
from lab_helpers.emulator.runtime.spec import InvocationStatus

OK, ERROR, TIMEOUT = InvocationStatus.SUCCESS, InvocationStatus.ERROR, InvocationStatus.TIMEOUT


def report(status: InvocationStatus = OK, init: float | None = None, error: str = "") -> Report:
    return Report(0.0, "id", status, 1.234, 2, 128, 36, init, error or None)


def test_start() -> None:
    assert list(text_lines(Start(0.0, "id", "$LATEST"))) == [
        "START RequestId: id Version: $LATEST\n"
    ]


def test_end_and_report_of_a_warm_invocation() -> None:
    assert list(text_lines(report())) == [
        "END RequestId: id\n",
        "REPORT RequestId: id\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 36 MB\t\n",
    ]


def test_a_cold_invocation_reports_its_init() -> None:
    (_, line) = text_lines(report(init=101.239))
    assert line.endswith("\tMax Memory Used: 36 MB\tInit Duration: 101.24 ms\t\n")


def test_a_timeout_is_told_in_the_report() -> None:
    (_, line) = text_lines(report(TIMEOUT))
    assert line.endswith("\tStatus: timeout\t\n")


def test_a_runtime_that_exited_is_told_with_its_error_type() -> None:
    (_, line) = text_lines(report(ERROR, error="Runtime.ExitError"))
    assert line.endswith("\tStatus: error\tError Type: Runtime.ExitError\t\n")


def test_an_exception_of_the_handler_is_no_error_of_the_platform() -> None:
    (_, line) = text_lines(report(ERROR, error="ValueError"))
    assert "Status" not in line


def test_an_init_report_tells_a_status_only_where_it_failed() -> None:
    """An on-demand INIT that succeeds has no InitReport; a provisioned one and SnapStart do."""
    (line,) = text_lines(InitReport(0.0, 10.0, OK))
    assert line == "INIT_REPORT Init Duration: 10.00 ms\tPhase: init\n"
    (line,) = text_lines(InitReport(0.0, 1236.04, TIMEOUT))
    assert line == "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout\n"


def test_init_start_says_which_interpreter_runs() -> None:
    (line,) = text_lines(InitStart(0.0, "python:3.13.v1", "arn", "running on 3.11"))
    assert line.startswith("INIT_START Runtime Version: python:3.13.v1\tRuntime Version ARN: arn")
    assert "running on 3.11" in line


def test_what_the_function_wrote_is_one_line_of_its_own() -> None:
    assert list(text_lines(FunctionLog(0.0, "hello"))) == ["hello\n"]
    assert list(json_lines(FunctionLog(0.0, "hello\n"))) == ["hello\n"]


def test_the_json_report_has_the_telemetry_apis_members() -> None:
    (line,) = json_lines(report(init=101.2))
    record = json.loads(line)
    assert record["type"] == "platform.report"
    assert record["time"] == "1970-01-01T00:00:00.000Z"
    assert record["record"]["metrics"] == {
        "durationMs": 1.234,
        "billedDurationMs": 2,
        "memorySizeMB": 128,
        "maxMemoryUsedMB": 36,
        "initDurationMs": 101.2,
    }
