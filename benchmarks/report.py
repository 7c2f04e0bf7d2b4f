"""The table of one run: readable in a terminal, and Markdown as it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from benchmarks.aims import Verdict
from benchmarks.contender import Contender
from benchmarks.figures import FIGURES, Figure
from benchmarks.floors import FLOOR
from benchmarks.machine import Conditions
from benchmarks.measure import Summary
from benchmarks.ours import OURS
from benchmarks.rounds import Results

NOTHING = "–"


def table(results: Results, contenders: Sequence[Contender]) -> str:
    """Medians, 95th percentiles in brackets; ours ÷ floor and peer ÷ ours as ratios.

    Ratios of rates are those of the times between two answers: more is slower in every row.
    """
    peers = [contender for contender in contenders if contender.key != OURS]
    head = ["figure", "unit", "ours (p95)"]
    head += [f"{peer.label} (p95)" for peer in peers]
    head += ["floor (p95)", "floor is", "ours ÷ floor"]
    head += [f"{peer.label} ÷ ours" for peer in peers]
    rows = [_row(figure, results, peers) for figure in FIGURES]
    return "\n".join(_aligned([head, *rows]))


def _row(figure: Figure, results: Results, peers: Sequence[Contender]) -> list[str]:
    ours = results.summary(figure, OURS)
    floor = results.summary(figure, FLOOR)
    of_peers = [results.summary(figure, peer.key) for peer in peers]
    row = [figure.title, figure.unit, _cell(results, figure, OURS)]
    row += [_cell(results, figure, peer.key) for peer in peers]
    row += [_cell(results, figure, FLOOR), figure.floor_name]
    row.append(_ratio(figure, ours, floor))
    return row + [_ratio(figure, peer, ours) for peer in of_peers]


def _cell(results: Results, figure: Figure, contender: str) -> str:
    if (figure.key, contender) in results.failures:
        return "failed"
    summary = results.summary(figure, contender)
    return NOTHING if summary is None else f"{number(summary.median)} ({number(summary.p95)})"


def _ratio(figure: Figure, above: Summary | None, below: Summary | None) -> str:
    if above is None or below is None:
        return NOTHING
    dividend, divisor = above.median, below.median
    if figure.more_is_better:
        dividend, divisor = divisor, dividend
    return f"{dividend / divisor:.1f} ×" if divisor > 0 else NOTHING


def number(value: float) -> str:
    """Three significant figures or so."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{1 if abs(value) >= 10 else 2}f}"


def failures(results: Results, contenders: Sequence[Contender]) -> list[str]:
    """One line for each cell that says ``failed``; one for all that failed for the same reason."""
    labels = {contender.key: contender.label for contender in contenders}
    titles = {figure.key: figure.title for figure in FIGURES}
    alike: dict[tuple[str, str], list[str]] = {}
    for (figure, contender), why in results.failures.items():
        alike.setdefault((labels.get(contender, contender), why), []).append(titles[figure])
    return [
        f"failed: {label}, {', '.join(failed) if len(failed) < len(FIGURES) else 'all'}: {why}"
        for (label, why), failed in alike.items()
    ]


def targets(verdicts: Sequence[Verdict]) -> list[str]:
    """One line for each target."""
    words = {True: "met", False: "NOT MET", None: "not measured"}
    lines = []
    for verdict in verdicts:
        value = "" if verdict.value is None else f": {number(verdict.value)} {verdict.unit}"
        lines.append(f"target {words[verdict.met]}: {verdict.aim.words}{value}")
    return lines


def heading(conditions: Conditions, rounds: int, load_after: float | None) -> list[str]:
    """On what, of what, and next to what else it was measured."""
    versions = ", ".join(f"{name} {value}" for name, value in conditions.versions.items())
    changed = " with uncommitted changes" if conditions.changed_files else ""
    loads = f"{conditions.load} before, {load_after} after"
    return [
        f"{conditions.processor}, {conditions.cores} cores, {conditions.memory_gib} GiB, "
        f"{conditions.system}, {conditions.python}",
        f"{versions}; commit {conditions.commit}{changed}",
        f"{rounds} rounds; load average {loads}",
    ]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    left = {0, 1}
    lines = []
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell))
            if index in left or rows[0][index] == "floor is"
            else " " * (width - _width(cell)) + cell
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(f"| {' | '.join(cells)} |")
    rule = [
        "-" * width if index in left or rows[0][index] == "floor is" else "-" * (width - 1) + ":"
        for index, width in enumerate(widths)
    ]
    return [lines[0], f"| {' | '.join(rule)} |", *lines[1:]]


def _width(text: str) -> int:
    """Columns of a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
