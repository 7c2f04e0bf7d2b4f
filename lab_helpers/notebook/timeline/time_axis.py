"""From seconds to pixels: stretches in which nothing happened are cut short, and say so. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

CUT_PX = 34.0
_CUT_SHARE = 0.25
"""A pause is cut out where it is longer than this share of all that happened …"""
_SHORTEST_CUT_S = 0.5
"""… and than this."""
_TICK_PX = 80.0
_ALMOST = 1e-6


@dataclass(frozen=True)
class Cut:
    """A pause that is not drawn in full length: ``seconds`` of it, in ``width`` pixels."""

    left: float
    width: float
    seconds: float


@dataclass(frozen=True)
class _Stretch:
    begin_s: float
    end_s: float
    left: float


class TimeAxis:
    """Where a moment lies between ``left`` and ``left + width``.

    Args:
        busy: (begin, end) of all that is to be seen in full length, in any order.
    """

    def __init__(self, busy: Sequence[tuple[float, float]], left: float, width: float) -> None:
        merged = _merged(busy)
        self.left, self.width = left, width
        total_s = sum(end - begin for begin, end in merged) or 0.001
        pauses = [after[0] - before[1] for before, after in pairwise(merged)]
        cut_px = min(CUT_PX, 0.4 * width / max(1, len(pauses)))
        self._per_s = (width - cut_px * len(pauses)) / total_s
        self.cuts: list[Cut] = []
        self._stretches: list[_Stretch] = []
        x = left
        for index, (begin, end) in enumerate(merged):
            if index:
                self.cuts.append(Cut(x, cut_px, pauses[index - 1]))
                x += cut_px
            self._stretches.append(_Stretch(begin, end, x))
            x += (end - begin) * self._per_s
        self._begins = [stretch.begin_s for stretch in self._stretches]

    @property
    def begin_s(self) -> float:
        return self._begins[0] if self._begins else 0.0

    def x(self, time_s: float) -> float:
        """Pixels; a moment in a pause lies within its cut."""
        if not self._stretches:
            return self.left
        index = bisect_right(self._begins, time_s) - 1
        if index < 0:
            return self.left
        here = self._stretches[index]
        if time_s <= here.end_s or index + 1 == len(self._stretches):
            inside = min(time_s, here.end_s)
            return here.left + (inside - here.begin_s) * self._per_s
        cut = self.cuts[index]
        return cut.left + cut.width * (time_s - here.end_s) / cut.seconds

    def ticks(self) -> list[tuple[float, float]]:
        """(pixels, seconds since the axis begins) at round numbers, far enough apart to label."""
        step_s = _round_up(_TICK_PX / self._per_s)
        found: list[tuple[float, float]] = []
        for here in self._stretches:
            first = ceil((here.begin_s - self.begin_s) / step_s - _ALMOST)
            last = floor((here.end_s - self.begin_s) / step_s + _ALMOST)
            for number in range(first, last + 1):
                x = self.x(self.begin_s + number * step_s)
                if not found or x - found[-1][0] >= _TICK_PX * 0.6:
                    found.append((x, number * step_s))
        return found


def _merged(busy: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Without overlaps, in order; pauses too short to be cut are part of what is seen."""
    found: list[tuple[float, float]] = []
    for begin, end in sorted(busy):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, max(begin, end)))
    longest_s = max(_SHORTEST_CUT_S, _CUT_SHARE * sum(end - begin for begin, end in found))
    joined: list[tuple[float, float]] = []
    for begin, end in found:
        if joined and begin - joined[-1][1] <= longest_s:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _round_up(seconds: float) -> float:
    """The next of 0.001, 0.002, 0.005, 0.01 … 1, 2, 5, 10, 30, 60 …"""
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        if seconds <= step / 1000:
            return step / 1000
    for whole in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600):
        if seconds <= whole:
            return float(whole)
    return float(-(-seconds // 3600) * 3600)
