"""How many environments of a function ran at once, with its reserved concurrency as a line."""

from __future__ import annotations

from lab_helpers.notebook.timeline import svg
from lab_helpers.notebook.timeline.lanes import FunctionLanes
from lab_helpers.notebook.timeline.time_axis import TimeAxis
from lab_helpers.notebook.timeline.words import say

CURVE_PX = 64.0
_TOP_PX = 18.0


def wants_curve(function: FunctionLanes) -> bool:
    """One invocation after the other makes no curve."""
    return bool(function.most_at_once > 1 or function.reserved is not None or function.throttles)


def curve(function: FunctionLanes, axis: TimeAxis, y: float, now_s: float, language: str) -> str:
    """Steps from left to right; ``y`` is the upper edge."""
    bottom = y + CURVE_PX - 4
    highest = max(1, function.most_at_once, function.reserved or 0)
    unit = (CURVE_PX - 4 - _TOP_PX) / highest
    points, count = [(axis.left, bottom)], 0
    for time_s, running in function.running:
        x = axis.x(time_s)
        points += [(x, bottom - count * unit), (x, bottom - running * unit)]
        count = running
    end = axis.x(now_s) if count else points[-1][0]
    points += [(end, bottom - count * unit), (end, bottom)]
    shape = " ".join(f"{x:.1f},{level:.1f}" for x, level in points)
    most = say("most_at_once", language, number=function.most_at_once)
    told = f"{say('at_once', language)}: {most}"
    parts = svg.text(12, bottom - 14, say("at_once", language), "small")
    parts += svg.text(12, bottom, most, "small")
    parts += f'<g><title>{told}</title><polygon points="{shape}" class="area"/></g>'
    parts += svg.line(axis.left, bottom, axis.left + axis.width, bottom)
    if function.reserved is not None:
        level = bottom - function.reserved * unit
        words = say("reserved", language, number=function.reserved)
        parts += svg.line(axis.left, level, axis.left + axis.width, level, "limit")
        parts += svg.text(axis.left + 4, level - 4, words, "small")
    return parts
