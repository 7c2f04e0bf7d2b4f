"""Many runs as a picture: a lane for each execution environment, over real time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab_helpers.notebook.timeline import svg
from lab_helpers.notebook.timeline.curve_picture import CURVE_PX, curve, wants_curve
from lab_helpers.notebook.timeline.history import RUNNING, Run
from lab_helpers.notebook.timeline.lanes import AliasSplit, FunctionLanes
from lab_helpers.notebook.timeline.split_picture import split_parts
from lab_helpers.notebook.timeline.telling import run_text, wait_text
from lab_helpers.notebook.timeline.time_axis import TimeAxis
from lab_helpers.notebook.timeline.words import duration, say

WIDTH = 820.0
LABELS_PX = 150.0
_LANE_PX = 20.0
_BAR_PX = 14.0
_RIGHT_PX = 14.0
_SMALLEST_PX = 2.0
_NARROWEST_LABELLED_PX = 30.0
_BETWEEN_LABELS_PX = 6.0


def lanes_picture(
    functions: Sequence[FunctionLanes],
    splits: Sequence[AliasSplit],
    language: str,
    *,
    now_s: float,
    zoom: float = 1.0,
) -> str:
    """SVG.

    Args:
        now_s: where runs and waits that have not ended are drawn to.
        zoom: how many times wider than the page time is.
    """
    width = LABELS_PX + (WIDTH - LABELS_PX - _RIGHT_PX) * zoom + _RIGHT_PX
    axis = TimeAxis(list(_busy(functions, now_s)), LABELS_PX, width - LABELS_PX - _RIGHT_PX)
    drawing = _Drawing(axis, language, now_s)
    parts = [svg.text(12, 18, say("lanes_title", language), "head"), _legend(language)]
    parts.append(svg.text(12, 36, say("lanes_note", language), "small"))
    y = 84.0
    for function in functions:
        drawn, y = drawing.function(function, y)
        parts.append(drawn)
    parts.insert(1, drawing.axis(80.0, y))
    for split in splits:
        drawn, y = split_parts(split, y + 8, drawing.row, language)
        drawing.row += len(split.shares)
        parts.append(drawn)
    told = lanes_text(functions, language)
    return svg.picture(say("lanes_title", language), told, "".join(parts), width, y + 8)


def lanes_text(functions: Sequence[FunctionLanes], language: str) -> str:
    runs = [run for function in functions for run in function.runs]
    return say(
        "lanes_desc",
        language,
        runs=len(runs),
        environments=sum(len(function.lanes) for function in functions),
        cold=sum(run.cold for run in runs),
        failed=sum(run.failed for run in runs),
        throttles=sum(len(function.throttles) for function in functions),
    )


def _busy(functions: Sequence[FunctionLanes], now_s: float) -> Iterator[tuple[float, float]]:
    for function in functions:
        for run in function.runs:
            yield run.began_s, now_s if run.ended_s is None else run.ended_s
        for throttle in function.throttles:
            yield throttle.time_s, throttle.time_s
        for wait in function.waits:
            if wait.ended_s is None:
                yield now_s, now_s


class _Drawing:
    """One time axis for all rows. ``row`` counts the rows that can be reached."""

    def __init__(self, axis: TimeAxis, language: str, now_s: float) -> None:
        self._axis = axis
        self._language = language
        self._now_s = now_s
        self.row = 0

    def axis(self, top: float, bottom: float) -> str:
        """Ticks and pauses; of labels that would lie on each other, the first is written."""
        parts, free = "", 0.0
        for x, seconds in self._axis.ticks():
            parts += svg.line(x, top, x, bottom, "grid")
            label = f"+{duration(seconds, self._language)}"
            drawn, free = _label(x, top - 4, label, free)
            parts += drawn
        free = 0.0
        for cut in self._axis.cuts:
            middle, lasted = cut.left + cut.width / 2, duration(cut.seconds, self._language)
            told = f"{say('legend_cut', self._language)}: {lasted}"
            mark = svg.text(middle, bottom, "≈", "small mid")
            parts += f"<g><title>{told}</title>{mark}</g>"
            if cut.width >= _NARROWEST_LABELLED_PX:
                drawn, free = _label(middle, top + 8, lasted, free)
                parts += drawn
        return parts

    def function(self, function: FunctionLanes, y: float) -> tuple[str, float]:
        """What belongs to one function, from ``y`` on; and where the next begins."""
        summary = say(
            "summary",
            self._language,
            runs=len(function.runs),
            environments=len(function.lanes) + function.left_out,
            cold=sum(run.cold for run in function.runs),
            throttles=len(function.throttles),
        )
        parts = svg.text(12, y + 22, f"{function.name}: {summary}", "head")
        y += 30
        if function.throttles or function.waits:
            parts += self._above(function, y)
            y += _LANE_PX
        for lane in function.lanes:
            parts += svg.text(12, y + 14, f"[{lane.version}] {lane.name}", "small")
            parts += svg.line(LABELS_PX, y + 10, self._axis.left + self._axis.width, y + 10, "grid")
            parts += "".join(self._run(run, y) for run in lane.runs)
            self.row += 1
            y += _LANE_PX
        if function.left_out:
            told = say("left_out", self._language, number=function.left_out)
            parts += svg.text(12, y + 14, told, "small")
            y += _LANE_PX
        if wants_curve(function):
            parts += curve(function, self._axis, y + 4, self._now_s, self._language)
            y += CURVE_PX + 8
        return parts, y + 4

    def _above(self, function: FunctionLanes, y: float) -> str:
        """The row of what did not run: waits in the queue, and throttles."""
        parts = svg.text(12, y + 14, say("waiting_row", self._language), "small")
        for wait in function.waits:
            left = self._axis.x(wait.began_s)
            right = self._axis.x(self._now_s if wait.ended_s is None else wait.ended_s)
            drawn = svg.line(left, y + 15, max(right, left + 4), y + 15, "rail waits")
            label = say("wait_aws", self._language, aws=duration(wait.aws_s, self._language))
            if right - left > _pixels(label):
                drawn += svg.text((left + right) / 2, y + 11, label, "small mid")
            parts += svg.item("", self.row, wait_text(wait, self._language), drawn)
        for one in function.throttles:
            said = say("throttle", self._language, reason=one.reason)
            told = f"⊘ {function.name}\n{said}\nRequestId: {one.request_id}"
            drawn = svg.text(self._axis.x(one.time_s), y + 15, "⊘", "mid bad")
            parts += svg.item("", self.row, told, drawn)
        self.row += 1
        return parts

    def _run(self, run: Run, y: float) -> str:
        axis, top = self._axis, y + 3
        left = axis.x(run.began_s)
        right = max(axis.x(self._now_s if run.ended_s is None else run.ended_s), left)
        middle = left
        parts = ""
        if run.cold:
            middle = axis.x(run.invoke_began_s) if run.invoke_began_s is not None else right
            parts += svg.bar(left, top, max(middle - left, _SMALLEST_PX), _BAR_PX, "init")
            middle = max(middle, left + _SMALLEST_PX)
        if not run.cold or run.invoke_began_s is not None:
            kind = "failed" if run.failed else ("running" if run.status == RUNNING else "invoke")
            parts += svg.bar(middle, top, max(right - middle, _SMALLEST_PX), _BAR_PX, kind)
        if run.failed:
            parts += svg.text((middle + max(right, middle)) / 2, top + 11, "✗", "cross")
        return svg.item(str(run.key), self.row, run_text(run, self._language), parts)


def _label(middle: float, y: float, words: str, free: float) -> tuple[str, float]:
    """The words around ``middle`` if they begin right of ``free``; and from where on it is free."""
    half = _pixels(words) / 2
    if middle - half < free:
        return "", free
    return svg.text(middle, y, words, "small mid"), middle + half + _BETWEEN_LABELS_PX


def _legend(language: str) -> str:
    parts, x = "", 12.0
    for kind, key in (("init", "init"), ("invoke", "invoke"), ("failed", "failed")):
        parts += svg.bar(x, 46, 16, 11, kind)
        words = say(f"legend_{key}", language)
        parts += svg.text(x + 21, 56, words, "small")
        x += 40 + _pixels(words)
    parts += svg.line(x, 52, x + 20, 52, "rail waits")
    words = say("legend_wait", language)
    parts += svg.text(x + 25, 56, words, "small")
    x += 44 + _pixels(words)
    more = f"{say('legend_throttle', language)}   {say('legend_cut', language)}"
    return parts + svg.text(x, 56, more, "small")


def _pixels(words: str) -> float:
    return sum(12.0 if ord(character) > 0x2E80 else 6.2 for character in words)
