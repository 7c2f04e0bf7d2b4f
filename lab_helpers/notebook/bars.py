"""Horizontal bars as SVG: panels beside each other, each with its title, labels and numbers.

Drawn here and not by a plotting library: the picture is text that screen readers and searches
find, follows JupyterLab's theme where it stands in the page, and needs no fonts for Japanese.
Shown as an image, where the theme's variables are not set, it is dark on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_TEXT = "var(--jp-content-font-color1, #212121)"
_PAPER = "var(--jp-layout-color0, #ffffff)"
_STYLE = f"""
.ldb-bars text {{ font: 13px var(--jp-ui-font-family, sans-serif); fill: {_TEXT}; }}
.ldb-bars .head {{ font-weight: 600; }}
.ldb-bars .end {{ text-anchor: end; }}
.ldb-bars .paper {{ fill: {_PAPER}; }}
.ldb-bars .first {{ fill: #a6cdf7; stroke: #1565c0; }}
.ldb-bars .second {{ fill: #ffd591; stroke: #8a5a00; }}
"""
_ROW_PX, _BAR_PX, _LINE_PX = 26, 17, 19
_MARGIN_PX, _BETWEEN_PX = 12, 24
_SMALLEST_PX = 1.0


@dataclass(frozen=True)
class Bar:
    """Attributes: value gives the length; ``number`` is what is written beside it."""

    label: str
    value: float
    number: str


@dataclass(frozen=True)
class Panel:
    """Bars under a title.

    Attributes:
        kind: ``first`` or ``second``: its colour.
        label_px, bar_px, number_px: widths of the three columns.
    """

    title: str
    bars: tuple[Bar, ...]
    kind: str = "first"
    label_px: int = 52
    bar_px: int = 190
    number_px: int = 90

    @property
    def width_px(self) -> int:
        return self.label_px + self.bar_px + self.number_px


def bars_picture(name: str, panels: Sequence[Panel], below: Sequence[str] = ()) -> str:
    """A whole SVG document; each figure is also in its description.

    Args:
        name: its heading.
        below: lines under the heading.
    """
    top = 30 + len(below) * _LINE_PX
    rows = max((len(panel.bars) for panel in panels), default=0)
    height = top + (rows + 1) * _ROW_PX + _MARGIN_PX // 2
    width = 2 * _MARGIN_PX - _BETWEEN_PX + sum(panel.width_px + _BETWEEN_PX for panel in panels)
    told = ". ".join(
        f"{panel.title}: " + "; ".join(f"{bar.label}: {bar.number}" for bar in panel.bars)
        for panel in panels
    )
    parts = _text(_MARGIN_PX, 20, name, "head")
    for number, line in enumerate(below, start=1):
        parts += _text(_MARGIN_PX, 20 + number * _LINE_PX, line)
    left = _MARGIN_PX
    for panel in panels:
        parts += _panel(panel, left, top)
        left += panel.width_px + _BETWEEN_PX
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ldb-bars" role="img" {size} '
        f'style="max-width:100%;height:auto" aria-label="{escape(f"{name}: {told}")}">'
        f"<title>{escape(name)}</title><desc>{escape(told)}</desc><style>{_STYLE}</style>"
        f'<rect class="paper" width="100%" height="100%"/>{parts}</svg>'
    )


def _panel(panel: Panel, left: int, top: int) -> str:
    longest = max((bar.value for bar in panel.bars), default=0.0) or 1.0
    begin = left + panel.label_px
    parts = _text(begin, top + 12, panel.title, "head")
    for row, bar in enumerate(panel.bars, start=1):
        y = top + row * _ROW_PX
        width = max(_SMALLEST_PX, bar.value / longest * panel.bar_px)
        parts += _text(begin - 6, y + 10, bar.label, "end")
        parts += (
            f'<rect class="{panel.kind}" x="{begin}" y="{y - 3}" width="{width:.1f}" '
            f'height="{_BAR_PX}" rx="2"/>'
        )
        parts += _text(begin + width + 6, y + 10, bar.number)
    return parts


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    shown = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y}"{shown}>{escape(words, quote=False)}</text>'
