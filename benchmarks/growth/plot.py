"""A plot of processor time against the number of entries; both axes are logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.ticker import NullFormatter

from lab_helpers.notebook.chart import DASHES, INK, LINES, MARKS, Chart, told_in_words

WIDTH_PX, HEIGHT_PX = 620, 300
LEAST_DECADES = 2
"""So that a tenth of a millisecond more or less does not look like a mountain."""


def plot(noun: str, points: Sequence[dict[str, Any]]) -> str:
    """An SVG. Args: points: with ``size`` and ``cpu_ms`` (title → milliseconds)."""
    chart = Chart(WIDTH_PX, HEIGHT_PX)
    axes = chart.axes[0]
    sizes = [point["size"] for point in points]
    titles = list(points[0]["cpu_ms"])
    title = f"Processor time of a call by the number of {noun}"
    for number, call in enumerate(titles):
        values = [point["cpu_ms"][call] for point in points]
        (line,) = axes.plot(
            sizes,
            values,
            color=LINES[number],
            marker=MARKS[number],
            linestyle=DASHES[number],
            label=call,
        )
        said = [f"{call}, {size:,}: {ms:.2f} ms" for size, ms in zip(sizes, values, strict=True)]
        line.set_gid(chart.tell(*said))
    axes.set_title(chart.words(title), loc="left", color=INK, fontsize=12)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.set_ylim(*_decades([point["cpu_ms"][call] for point in points for call in titles]))
    axes.yaxis.set_major_formatter(lambda ms, _: f"{ms:g} ms")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, labelcolor=INK)
    last = points[-1]
    told = told_in_words([(call, f"{last['cpu_ms'][call]:.2f} ms") for call in titles])
    return chart.svg(title, f"at {last['size']:,}: {told}")


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """Powers of ten around all values."""
    low = high = 1.0
    while low > min(values):
        low /= 10
    while high < max(values) or high / low < 10**LEAST_DECADES:
        high *= 10
    return low, high
