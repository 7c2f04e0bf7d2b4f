"""The printed table and the kept record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import record
from benchmarks.aims import judge
from benchmarks.contender import Contender
from benchmarks.figures import FIGURES
from benchmarks.floors import FLOOR
from benchmarks.machine import Conditions
from benchmarks.measure import Counts
from benchmarks.ours import OURS, lambda_dojo
from benchmarks.report import failures, table, targets
from benchmarks.rounds import Results

PEER = Contender("peer", "Peer", "1.0", lambda port, key: [])
CONDITIONS = Conditions("cpu", 2, 4.0, "Linux", "CPython 3.11", {}, "abc123", False, 0.1)


def results() -> Results:
    found = Results()
    for figure in FIGURES:
        found.samples[figure.key, OURS] = [4.0, 5.0, 6.0]
        found.samples[figure.key, FLOOR] = [2.0]
    found.samples["cold_invoke", "peer"] = [50.0]
    found.failures["warm_invoke", "peer"] = "ClientError: no"
    return found


def test_every_figure_has_its_row_and_all_rows_are_equally_wide() -> None:
    lines = table(results(), [lambda_dojo(), PEER]).splitlines()
    assert [figure.title for figure in FIGURES] == [
        line.split("|")[1].strip() for line in lines[2:]
    ]
    assert len({len(line) for line in lines}) == 1


def test_ratios_say_how_far_ours_is_from_the_floor_and_the_peer_from_ours() -> None:
    [row] = [line for line in table(results(), [PEER]).splitlines() if "trivial" in line]
    assert [cell.strip() for cell in row.split("|")[-3:-1]] == ["2.5 ×", "10.0 ×"]


def test_ratios_of_rates_say_as_much_of_the_time_per_answer() -> None:
    found = results()
    found.samples["trivial_rate", OURS] = [1000.0]
    found.samples["trivial_rate", FLOOR] = [2500.0]
    found.samples["trivial_rate", "peer"] = [100.0]
    [row] = [line for line in table(found, [PEER]).splitlines() if "8 clients, silent" in line]
    assert [cell.strip() for cell in row.split("|")[-3:-1]] == ["2.5 ×", "10.0 ×"]


def test_a_peer_that_failed_is_told_apart_from_one_without_such_a_figure() -> None:
    text = table(results(), [lambda_dojo(), PEER])
    [failed] = [line for line in text.splitlines() if "warm invoke, silent handler " in line]
    [without] = [line for line in text.splitlines() if "idle memory" in line]
    assert "failed" in failed
    assert "–" in without
    assert failures(results(), [PEER]) == [
        "failed: Peer, warm invoke, silent handler: ClientError: no"
    ]


def test_each_target_says_met_or_not_met_with_its_value() -> None:
    lines = targets(judge(results()))
    assert lines[0].startswith("target met: warm invoke")
    assert lines[0].endswith("2.50 ×")


def test_a_kept_record_can_be_compared_with_a_later_run(tmp_path: Path) -> None:
    made = record.as_json(results(), CONDITIONS, Counts(), judge(results()), 0.2)
    record.write(tmp_path / "kept" / "run.json", made)
    read = record.read(tmp_path / "kept" / "run.json")
    assert read["figures"]["cold_invoke"][OURS]["median"] == 5.0
    assert read["conditions"]["commit"] == "abc123"

    slower = results()
    slower.samples["cold_invoke", OURS] = [10.0]
    now = record.as_json(slower, CONDITIONS, Counts(), [], 0.2)
    [line] = [line for line in record.compared(read, now) if "trivial" in line]
    assert "+100 %" in line


def test_a_file_of_another_kind_is_no_record(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(ValueError, match="no record"):
        record.read(tmp_path / "x.json")
