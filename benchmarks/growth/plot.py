"""A plot of latencies against the number of entries, as SVG: both axes are logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 60, 150, 40, 46
COLOURS = ("#0b63c5", "#b4540a", "#1a7f37")
DASHES = ("", "7 4", "2 4")


def plot(noun: str, points: Sequence[dict[str, Any]]) -> str:
    """Args: points: with ``size`` and ``cpu_ms`` (title → milliseconds)."""
    sizes = [point["size"] for point in points]
    titles = list(points[0]["cpu_ms"])
    every = [point["cpu_ms"][title] for point in points for title in titles]
    low = 10.0 ** math.floor(math.log10(min(every)))
    high = 10.0 ** math.ceil(math.log10(max(*every, low * 10)))
    axes = _Axes(min(sizes), max(*sizes, min(sizes) * 10), low, high)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="12" role="img">',
        f"<title>Processor time of a call by the number of {escape(noun)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="14" fill="#1f2328">ms of processor time, by '
        f"{escape(noun)}</text>",
        *axes.drawn(sizes),
    ]
    ends = _apart([axes.y(points[-1]["cpu_ms"][title]) for title in titles])
    for number, title in enumerate(titles):
        places = [(axes.x(p["size"]), axes.y(p["cpu_ms"][title])) for p in points]
        parts += _line(places, number, title, ends[number])
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Axes:
    def __init__(self, first: float, last: float, low: float, high: float) -> None:
        self._x = math.log10(first), math.log10(last)
        self._y = math.log10(low), math.log10(high)

    def x(self, size: float) -> float:
        begin, end = self._x
        return LEFT + (math.log10(size) - begin) / (end - begin) * (WIDTH - LEFT - RIGHT)

    def y(self, ms: float) -> float:
        begin, end = self._y
        return HEIGHT - BOTTOM - (math.log10(ms) - begin) / (end - begin) * (HEIGHT - TOP - BOTTOM)

    def drawn(self, sizes: Sequence[int]) -> list[str]:
        parts = []
        for size in sizes:
            x = self.x(size)
            parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#eaeef2"/>')
            parts.append(
                f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" '
                f'fill="#57606a">{size:,}</text>'
            )
        for exponent in range(round(self._y[0]), round(self._y[1]) + 1):
            y = self.y(10.0**exponent)
            parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>')
            parts.append(
                f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" '
                f'fill="#57606a">{10.0**exponent:g}</text>'
            )
        return parts


def _line(places: Sequence[tuple[float, float]], number: int, title: str, end: float) -> list[str]:
    colour, dash = COLOURS[number % 3], DASHES[number % 3]
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    return [
        f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dash}"/>',
        *dots,
        f'<text x="{WIDTH - RIGHT + 8}" y="{end + 4:.1f}" fill="{colour}">{escape(title)}</text>',
    ]


def _apart(heights: Sequence[float], least: float = 15.0) -> list[float]:
    """Labels that would lie on each other are moved down."""
    moved = list(heights)
    order = sorted(range(len(moved)), key=moved.__getitem__)
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + least)
    return moved
