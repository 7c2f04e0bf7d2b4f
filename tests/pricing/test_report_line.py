"""What Lambda logged about an invocation, turned into dollars."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.pricing import price_book, read_platform_report, read_report_line

COLD = (
    "REPORT RequestId: 8f5e3a2c-0000-4000-8000-3d1f6d0a7b11\tDuration: 250.06 ms\t"
    "Billed Duration: 351 ms\tMemory Size: 1024 MB\tMax Memory Used: 350 MB\t"
    "Init Duration: 100.77 ms\t\n"
)
WARM = (
    "REPORT RequestId: r-2\tDuration: 1.20 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\t"
    "Max Memory Used: 36 MB\t\n"
)


def test_a_cold_start_is_read_with_its_init() -> None:
    found = read_report_line(COLD)
    assert found is not None
    assert found.request_id == "8f5e3a2c-0000-4000-8000-3d1f6d0a7b11"
    assert found.duration_ms == Decimal("250.06")
    assert found.billed_duration_ms == 351
    assert (found.memory_size_mb, found.max_memory_used_mb) == (1024, 350)
    assert found.init_duration_ms == Decimal("100.77")
    assert found.cold


def test_a_warm_run_has_no_init() -> None:
    found = read_report_line(WARM)
    assert found is not None
    assert found.init_duration_ms is None
    assert not found.cold


def test_the_end_of_a_log_is_searched_for_its_report() -> None:
    tail = f"START RequestId: r-2 Version: $LATEST\nDuration: 9 ms\nEND RequestId: r-2\n{WARM}"
    assert read_report_line(tail) == read_report_line(WARM)


@pytest.mark.parametrize(
    "ending", ["Status: timeout\n", "Status: error\tError Type: Runtime.ExitError\n"]
)
def test_a_failed_invocation_is_billed_too(ending: str) -> None:
    found = read_report_line(WARM.rstrip("\n") + ending)
    assert found is not None
    assert found.billed_duration_ms == 2


def test_a_line_parted_by_spaces_reads_the_same() -> None:
    assert read_report_line(COLD.replace("\t", "   ")) == read_report_line(COLD)


@pytest.mark.parametrize(
    "line", ["", "START RequestId: x Version: 1", "REPORT RequestId: x\tDuration: 1.00 ms\t"]
)
def test_what_is_no_whole_report_is_none(line: str) -> None:
    assert read_report_line(line) is None


@given(st.text())
def test_no_text_makes_the_reader_fail(text: str) -> None:
    read_report_line(text)
    read_report_line(f"REPORT RequestId: {text}")


@given(
    st.decimals(0, 900_000, places=2),
    st.integers(1, 900_000),
    st.integers(128, 10_240),
    st.none() | st.decimals(0, 10_000, places=2),
)
def test_whatever_is_written_is_read_back(
    duration_ms: Decimal, billed_ms: int, memory_mb: int, init_ms: Decimal | None
) -> None:
    init = "" if init_ms is None else f"Init Duration: {init_ms} ms\t"
    found = read_report_line(
        f"REPORT RequestId: r\tDuration: {duration_ms} ms\tBilled Duration: {billed_ms} ms\t"
        f"Memory Size: {memory_mb} MB\tMax Memory Used: 30 MB\t{init}\n"
    )
    assert found is not None
    assert (found.duration_ms, found.billed_duration_ms) == (duration_ms, billed_ms)
    assert (found.memory_size_mb, found.init_duration_ms) == (memory_mb, init_ms)


def test_a_json_report_says_the_same_as_the_line() -> None:
    record = {
        "time": "2026-11-22T00:00:00.000Z",
        "type": "platform.report",
        "record": {
            "requestId": "8f5e3a2c-0000-4000-8000-3d1f6d0a7b11",
            "metrics": {
                "durationMs": 250.06,
                "billedDurationMs": 351,
                "memorySizeMB": 1024,
                "maxMemoryUsedMB": 350,
                "initDurationMs": 100.77,
            },
            "status": "success",
        },
    }
    assert read_platform_report(record) == read_report_line(COLD)
    assert read_platform_report({"type": "platform.start", "record": {}}) is None


def test_an_invocation_costs_its_request_and_its_gb_seconds() -> None:
    found = read_report_line(COLD)
    assert found is not None
    expected = Decimal("0.0000002") + Decimal("0.351") * Decimal("0.0000166667")
    assert found.cost_usd(price_book().region("us-east-1")) == expected
