"""Which memory size a log speaks for, from logs that are written here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from lab_helpers.checks.pricing import measured
from lab_helpers.grading.check import conditions_of
from lab_helpers.grading.expectations import Unmet
from lab_helpers.grading.log_reading import LoggedRun

Measurement = tuple[str, int, int]
"""Stream, memory in MB, billed milliseconds."""

QUIET_CPU = [("a", 128, 830), ("b", 512, 207), ("c", 1024, 104), ("d", 1769, 60), ("e", 3008, 60)]
QUIET_IO = [("a", 128, 61), ("b", 1024, 61), ("c", 3008, 61)]


def logged(measurements: Sequence[Measurement], *, cold_only: bool = False) -> list[LoggedRun]:
    """A cold run for each stream, then the warm runs told."""
    runs: list[LoggedRun] = []
    for stream, memory_mb, billed_ms in measurements:
        known = {run.stream for run in runs}
        for init in ([] if stream in known else ["Init Duration: 30.00 ms\t"]) + [""]:
            if init == "" and cold_only:
                continue
            report = (
                f"REPORT RequestId: r\tDuration: {billed_ms}.00 ms\tBilled Duration: {billed_ms} "
                f"ms\tMemory Size: {memory_mb} MB\tMax Memory Used: 36 MB\t{init}\n"
            )
            runs.append(LoggedRun("r", stream, len(runs), report=report))
    return runs


class Functions:
    """A cloud with the two functions, their memory and their logs."""

    logs_client = None

    def __init__(self, cpu_mb: int = 3008, io_mb: int = 3008) -> None:
        self.memory_mb = {"cpu_bound": cpu_mb, "io_bound": io_mb}

    def name(self, key: str) -> str:
        return key

    def function(self, key: str) -> dict[str, Any]:
        return {"Configuration": {"MemorySize": self.memory_mb[key]}}


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[LoggedRun]]:
    """Log group → runs; what a test puts here is what the checks read."""
    groups = {"/aws/lambda/cpu_bound": logged(QUIET_CPU), "/aws/lambda/io_bound": logged(QUIET_IO)}
    monkeypatch.setattr(measured, "logged_runs", lambda _, group: groups.get(group))
    return groups


def verdict(step: str, functions: Any) -> str:
    try:
        for condition in conditions_of("pricing")[step]:
            condition.look(functions)
    except Unmet as unmet:
        return unmet.diagnosis
    return ""


@pytest.mark.parametrize(
    ("cpu_mb", "io_mb", "diagnosis"),
    [
        (1769, 128, ""),
        (1024, 128, "slower_than_need_be"),
        (128, 128, "slower_than_need_be"),
        (3008, 128, "dearer_than_need_be"),
        (1769, 1024, "dearer_than_need_be"),
        (2048, 128, "size_not_measured"),
    ],
)
def test_a_quiet_machine_speaks_for_1769_and_128_mb(
    logs: object, cpu_mb: int, io_mb: int, diagnosis: str
) -> None:
    assert verdict("measure", Functions()) == ""
    assert verdict("choose", Functions(cpu_mb, io_mb)) == diagnosis


def test_where_the_cpu_is_not_held_back_the_cheapest_size_is_right(
    logs: dict[str, list[LoggedRun]],
) -> None:
    logs["/aws/lambda/cpu_bound"] = logged([("a", 128, 60), ("b", 1024, 60), ("c", 3008, 60)])
    assert verdict("choose", Functions(128, 128)) == ""


def test_the_newest_measurement_counts_as_the_chart_shows_it(
    logs: dict[str, list[LoggedRun]],
) -> None:
    disturbed = [("f", 128, 500), ("g", 1024, 104), ("h", 1769, 160), ("i", 3008, 160)]
    logs["/aws/lambda/cpu_bound"] = logged([*QUIET_CPU, *disturbed])
    assert verdict("choose", Functions(1769, 128)) == "dearer_than_need_be"


def test_of_one_measurement_the_fastest_run_counts(logs: dict[str, list[LoggedRun]]) -> None:
    logs["/aws/lambda/cpu_bound"] = logged([*QUIET_CPU, ("e", 3008, 500), ("e", 3008, 60)])
    assert verdict("choose", Functions(1769, 128)) == ""


def test_without_runs_nothing_is_attempted(logs: dict[str, list[LoggedRun]]) -> None:
    logs.clear()
    assert verdict("measure", Functions()) == "never_measured"
    assert verdict("choose", Functions()) == "measure_first"


def test_cold_runs_and_small_sizes_alone_are_not_enough(logs: dict[str, list[LoggedRun]]) -> None:
    logs["/aws/lambda/io_bound"] = logged(QUIET_IO, cold_only=True)
    assert verdict("measure", Functions()) == "only_cold_runs"
    logs["/aws/lambda/io_bound"] = logged(QUIET_IO[:2])
    assert verdict("measure", Functions()) == "sizes_missing"
