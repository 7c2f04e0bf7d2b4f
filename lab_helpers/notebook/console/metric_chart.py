"""One small chart of a metric over time: a bar for each period, and marks for a second series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from lab_helpers.notebook.chart import INK, LINES, MARKS, Chart, told_in_words

_WIDTH_PX, _HEIGHT_PX = 320, 170
_TIMES = 3
_BARS_SHARE = 0.8
_SLIMMEST_SHARE = 0.008
"""Of the chart's width: a bar of a minute in a whole day is still seen."""


@dataclass(frozen=True)
class Series:
    """Points of (seconds since the epoch, value), oldest first."""

    label: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Period:
    """What the chart is about, in seconds since the epoch; ``step_s``: of one point."""

    begin: float
    end: float
    step_s: float = 60.0


def chart_svg(title: str, series: Sequence[Series], period: Period, unit: str, empty: str) -> str:
    """The picture, which says its facts in words too (``<desc>``)."""
    chart = Chart(_WIDTH_PX, _HEIGHT_PX)
    (axes,) = chart.axes
    named = f"{title} ({unit})" if unit else title
    axes.set_title(chart.words(named), loc="left", color=INK, fontsize=12, fontweight="bold")
    _scales(axes, series, period)
    if not any(one.points for one in series):
        middle: dict[str, Any] = {"ha": "center", "va": "center", "transform": axes.transAxes}
        axes.text(0.5, 0.5, chart.words(empty), color=INK, fontsize=10, **middle)
    drawn: list[Any] = [_bars(chart, axes, series[0], period, unit)]
    for number, one in enumerate(series[1:], start=1):
        drawn.append(_marks(chart, axes, one, number, period, unit))
    if len(series) > 1:
        axes.legend(handles=drawn, **_LEGEND).set_in_layout(False)  # it would narrow the axes
    told = [(one.label, _told(one, unit)) for one in series]
    return chart.svg(named, told_in_words(told), paper=False)


_LEGEND: dict[str, Any] = {
    "loc": "lower right",
    "bbox_to_anchor": (1.02, 0.97),
    "ncols": 2,
    "frameon": False,
    "fontsize": 10,
    "labelcolor": INK,
    "handlelength": 0.8,
    "handletextpad": 0.4,
    "columnspacing": 1.0,
}


def _scales(axes: Axes, series: Sequence[Series], period: Period) -> None:
    highest = max((value for one in series for _, value in one.points), default=0.0)
    locator = MaxNLocator(nbins=3, steps=[1, 2, 5, 10], integer=highest >= 1)
    levels = locator.tick_values(0, max(highest, 1.0))
    axes.set_yticks(levels, [f"{level:,g}" for level in levels])
    axes.set_ylim(0, float(levels[-1]))
    axes.set_xlim(period.begin, period.end)
    width = period.end - period.begin
    times = [period.begin + width * at / _TIMES for at in range(_TIMES + 1)]
    labels = [_clock(time) for time in times]
    axes.set_xticks(times, [*labels[:-1], f"{labels[-1]} UTC"])
    # So that the last one does not stand beyond the picture, nor the first.
    shown = axes.get_xticklabels()
    shown[0].set_horizontalalignment("left")
    shown[-1].set_horizontalalignment("right")


def _bars(chart: Chart, axes: Axes, one: Series, period: Period, unit: str) -> BarContainer:
    slimmest = (period.end - period.begin) * _SLIMMEST_SHARE
    width = max(period.step_s * _BARS_SHARE, slimmest)
    times, values = [time for time, _ in one.points], [value for _, value in one.points]
    label = chart.words(one.label)
    drawn = axes.bar(times, values, width, align="edge", color=LINES[0], label=label)
    for bar, (time, value) in zip(drawn, one.points, strict=True):
        bar.set_gid(chart.tell(_said(one, time, value, unit)))
    return drawn


def _marks(chart: Chart, axes: Axes, one: Series, number: int, period: Period, unit: str) -> Line2D:
    """No line between them: nothing was measured there."""
    look: dict[str, Any] = {
        "color": LINES[number],
        "marker": MARKS[number],
        "markersize": 4,
        "linestyle": "",
    }
    label = chart.words(one.label)
    times = [time + period.step_s * _BARS_SHARE / 2 for time, _ in one.points]
    values = [value for _, value in one.points]
    said = [_said(one, time, value, unit) for time, value in one.points]
    (line,) = axes.plot(times, values, label=label, clip_on=False, **look)
    line.set_gid(chart.tell(*said))
    return line


def _said(one: Series, time: float, value: float, unit: str) -> str:
    return f"{_clock(time)} {one.label}: {value:g} {unit}".strip()


def _told(one: Series, unit: str) -> str:
    told = ", ".join(f"{_clock(time)} {value:g} {unit}".strip() for time, value in one.points)
    return told or "-"


def _clock(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%H:%M")
