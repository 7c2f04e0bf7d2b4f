"""A run as JSON, and one run next to another."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.aims import Verdict
from benchmarks.figures import FIGURES
from benchmarks.floors import FLOOR
from benchmarks.machine import Conditions
from benchmarks.measure import Counts, summarise
from benchmarks.ours import OURS
from benchmarks.rounds import Results

FORMAT = 1


def as_json(
    results: Results,
    conditions: Conditions,
    counts: Counts,
    verdicts: Sequence[Verdict],
    load_after: float | None,
) -> dict[str, Any]:
    """Every sample, with what is needed to compare it with another run's."""
    figures: dict[str, Any] = {
        figure.key: {"title": figure.title, "unit": figure.unit, "floor_is": figure.floor_name}
        for figure in FIGURES
    }
    for (figure, contender), samples in results.samples.items():
        if samples:
            is_rate = figures[figure]["unit"] == "/s"
            summary = dataclasses.asdict(summarise(samples, more_is_better=is_rate))
            rounded = [round(sample, 4) for sample in samples]
            figures[figure][contender] = summary | {"values": rounded}
    for (figure, contender), why in results.failures.items():
        figures[figure][contender] = {"failed": why}
    return {
        "format": FORMAT,
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "conditions": dataclasses.asdict(conditions) | {"load_after": load_after},
        "counts": dataclasses.asdict(counts),
        "figures": figures,
        "targets": [
            {"target": verdict.aim.words, "met": verdict.met, "value": verdict.value}
            for verdict in verdicts
        ],
    }


def write(path: Path, record: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    """Raises ValueError where the file is no record of this format."""
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"{path} is no record of a benchmark run, format {FORMAT}")
    return found


def compared(earlier: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Ours in floors, then and now: where machine or load differ, the floors differ with them."""
    commit = earlier["conditions"]["commit"]
    lines = [f"against commit {commit} ({earlier['taken_at']}), in floors of the same run:"]
    for key, figure in now["figures"].items():
        then = _in_floors(earlier["figures"].get(key, {}))
        today = _in_floors(figure)
        if then and today:
            change = (today / then - 1) * 100
            lines.append(
                f"  {figure['title']:<45} {then:7.2f} × → {today:7.2f} ×  {change:+5.0f} %"
            )
    return lines


def _in_floors(figure: dict[str, Any]) -> float | None:
    ours = figure.get(OURS, {}).get("median")
    floor = figure.get(FLOOR, {}).get("median")
    if not ours or not floor:
        return None
    return float(floor / ours if figure["unit"] == "/s" else ours / floor)
