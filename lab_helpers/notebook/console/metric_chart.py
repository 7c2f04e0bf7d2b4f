"""One small chart of a metric over time, as SVG: bars of a minute each, or two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

_WIDTH, _HEIGHT = 300, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 30, 22
_COLOURS = ("var(--jp-brand-color1,#1565c0)", "var(--jp-warn-color0,#bf360c)")
_TEXT = "var(--jp-ui-font-color1,#212121)"
_LINE = "var(--jp-border-color1,#9e9e9e)"


@dataclass(frozen=True)
class Series:
    """Points of (seconds since the epoch, value), oldest first."""

    label: str
    points: Sequence[tuple[float, float]]


def chart_svg(
    title: str, series: Sequence[Series], begin: float, end: float, unit: str, empty: str
) -> str:
    """The picture, which says its facts in words too (``<desc>``)."""
    top = max((value for one in series for _, value in one.points), default=0.0)
    ceiling = _round_up(top)
    parts = [_frame(title, begin, end, ceiling, unit)]
    if not any(one.points for one in series):
        x, y = (_LEFT + _WIDTH - _RIGHT) / 2, (_TOP + _HEIGHT - _BOTTOM) / 2
        parts.append(_text(x, y, empty, "middle"))
    for one, colour in zip(series, _COLOURS, strict=False):
        parts += [
            _mark(one, time, value, begin, end, ceiling, unit, colour, filled=one is series[0])
            for time, value in one.points
        ]
    if len(series) > 1:
        parts += _legend(series)
    facts = "; ".join(f"{one.label}: {_told(one, unit)}" for one in series)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg" '
        f'font-family="sans-serif"><title>{escape(title)}</title>'
        f"<desc>{escape(facts)}</desc>{''.join(parts)}</svg>"
    )


def _mark(
    one: Series,
    time: float,
    value: float,
    begin: float,
    end: float,
    ceiling: float,
    unit: str,
    colour: str,
    *,
    filled: bool,
) -> str:
    """A bar where ``filled``, a short stroke at the value's height otherwise."""
    inner = _WIDTH - _LEFT - _RIGHT
    x = _LEFT + inner * (time - begin) / max(end - begin, 1)
    width = max(3.0, inner * 60 / max(end - begin, 1) * 0.8)
    height = (_HEIGHT - _TOP - _BOTTOM) * value / ceiling
    y = _HEIGHT - _BOTTOM - height
    told = escape(f"{_clock(time)} {one.label}: {value:g} {unit}".strip())
    shown = height if filled else 3
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(shown, 0):.1f}" '
        f'fill="{colour}"><title>{told}</title></rect>'
    )


def _frame(title: str, begin: float, end: float, ceiling: float, unit: str) -> str:
    base, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    return "".join(
        [
            f'<text x="{_LEFT - 38}" y="14" font-size="12" font-weight="600" fill="{_TEXT}">'
            f"{escape(title)}</text>",
            f'<path d="M{_LEFT} {_TOP}V{base}H{right}" fill="none" stroke="{_LINE}"/>',
            f'<path d="M{_LEFT} {_TOP}H{right}" stroke="{_LINE}" stroke-dasharray="2 3"/>',
            _text(_LEFT - 4, _TOP + 4, f"{ceiling:g}", "end"),
            _text(_LEFT - 4, base + 3, "0", "end"),
            _text(_LEFT - 4, _TOP + 17, unit, "end"),
            _text(_LEFT, _HEIGHT - 6, _clock(begin), "start"),
            _text(right, _HEIGHT - 6, f"{_clock(end)} UTC", "end"),
        ]
    )


def _legend(series: Sequence[Series]) -> list[str]:
    parts, x = [], _WIDTH - 150.0
    for one, colour in zip(series, _COLOURS, strict=False):
        parts.append(f'<rect x="{x}" y="6" width="9" height="9" fill="{colour}"/>')
        parts.append(_text(x + 13, 14, one.label, "start"))
        x += 74
    return parts


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="10" fill="{_TEXT}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _told(one: Series, unit: str) -> str:
    told = ", ".join(f"{_clock(time)} {value:g} {unit}".strip() for time, value in one.points)
    return told or "-"


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if value <= step * factor:
                return step * factor
        step *= 10


def _clock(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%H:%M")
