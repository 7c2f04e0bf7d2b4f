"""The record as a table in Markdown: processor time of each call by how much there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Points = Sequence[Mapping[str, Any]]


def table(series: Sequence[tuple[str, Points]]) -> str:
    """Args: series: (noun, its points), in the order of the rows."""
    sizes = sorted({point["size"] for _, points in series for point in points})
    head = ["there are", "call", *(f"{size:,}" for size in sizes), "memory of one"]
    lines = [_row(head), _row(["---", "---", *["---:"] * (len(sizes) + 1)])]
    for noun, points in series:
        for call in points[0]["cpu_ms"]:
            by_size = {point["size"]: point["cpu_ms"][call] for point in points}
            cells = [f"{by_size[size]:.1f}" if size in by_size else "–" for size in sizes]
            kib = points[-1]["bytes_per_entry"] / 1024
            lines.append(_row([noun, call, *cells, f"{kib:.1f} KiB"]))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
