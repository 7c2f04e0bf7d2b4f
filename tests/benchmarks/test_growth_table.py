"""The table of docs/performance.md: a row for each call, a column for each size."""

from __future__ import annotations

from benchmarks.growth.table import table

SENT = [
    {"size": 100, "cpu_ms": {"send": 1.04, "receive": 2.0}, "bytes_per_entry": 9e9},
    {"size": 1_000, "cpu_ms": {"send": 1.26, "receive": 2.5}, "bytes_per_entry": 2048.0},
]
MADE = [{"size": 100, "cpu_ms": {"create": 3.0}, "bytes_per_entry": 512.0}]


def test_each_call_has_a_row_and_what_was_not_measured_a_dash() -> None:
    assert table([("messages", SENT), ("functions", MADE)]).splitlines() == [
        "| there are | call | 100 | 1,000 | memory of one |",
        "| --- | --- | ---: | ---: | ---: |",
        "| messages | send | 1.0 | 1.3 | 2.0 KiB |",
        "| messages | receive | 2.0 | 2.5 | 2.0 KiB |",
        "| functions | create | 3.0 | – | 0.5 KiB |",
    ]
