"""Pieces of SVG in the colours of JupyterLab's theme, or of paper where there is none.

A saved picture is shown as an image: there the variables are not set and what follows the comma
counts. Fills keep their colours in both themes and carry dark text; a border or a symbol says
what a colour says.
"""

from __future__ import annotations

from html import escape

TEXT = "var(--jp-content-font-color1, #212121)"
PAPER = "var(--jp-layout-color0, #ffffff)"
LINE = "var(--jp-content-font-color2, #616161)"

STYLE = f"""
.ldt text {{ font: 13px var(--jp-ui-font-family, sans-serif); fill: {TEXT}; }}
.ldt .paper {{ fill: {PAPER}; }}
.ldt .head {{ font-weight: 600; }}
.ldt .small {{ font-size: 11.5px; }}
.ldt .end {{ text-anchor: end; }}
.ldt .mid {{ text-anchor: middle; }}
.ldt .rail {{ stroke: {LINE}; stroke-width: 1.5; fill: none; }}
.ldt .rail.waits {{ stroke-dasharray: 2 4; stroke-width: 2.5; }}
.ldt .grid {{ stroke: {LINE}; stroke-width: 0.5; stroke-dasharray: 1 3; }}
.ldt .limit {{ stroke: #c62828; stroke-width: 1.5; stroke-dasharray: 6 3; }}
.ldt .node {{ fill: {PAPER}; stroke: {LINE}; stroke-width: 1.5; }}
.ldt .init {{ fill: #ffd591; stroke: #8a5a00; stroke-dasharray: 3 2; }}
.ldt .invoke {{ fill: #a6cdf7; stroke: #1565c0; }}
.ldt .failed {{ fill: #f6b3ad; stroke: #c62828; }}
.ldt .running {{ fill: #d9e8d2; stroke: #33691e; }}
.ldt .area {{ fill: #a6cdf7; fill-opacity: 0.55; stroke: #1565c0; stroke-width: 1; }}
.ldt .expected {{ fill: none; stroke: {TEXT}; stroke-dasharray: 4 2; }}
.ldt text.on {{ fill: #1f1f1f; font-size: 12px; }}
.ldt text.cross {{ fill: #8e0000; font-weight: 700; font-size: 12px; text-anchor: middle; }}
.ldt text.bad {{ font-weight: 700; }}
.ldt circle.failed + text {{ fill: #1f1f1f; }}
"""


def picture(name: str, told: str, parts: str, width: float, height: float) -> str:
    """A whole SVG document: ``name`` is its title, ``told`` the same facts in words."""
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ldt" role="group" {size} '
        f'aria-label="{escape(name)}"><title>{escape(name)}</title><desc>{escape(told)}</desc>'
        f'<style>{STYLE}</style><rect class="paper" width="100%" height="100%"/>{parts}</svg>'
    )


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """``y`` is the base line."""
    return f'<text x="{x:.1f}" y="{y:.1f}"{_kind(kind)}>{escape(words, quote=False)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str = "rail") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"{_kind(kind)}/>'


def bar(x: float, y: float, width: float, height: float, kind: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"'
        f"{_kind(kind)}/>"
    )


def item(key: str, row: int, told: str, parts: str) -> str:
    """Something to point at, or to reach with the keyboard: ``told`` is what it is.

    Args:
        key: of the run behind it; empty where there is no log to read.
        row: items of one row are beside each other.
    """
    return (
        f'<g class="item" data-key="{key}" data-row="{row}"><title>'
        f"{escape(told, quote=False)}</title>{parts}</g>"
    )


def shortened(words: str, most: int) -> str:
    """Characters of Japanese are as wide as two others."""
    width = 0
    for index, character in enumerate(words):
        width += 2 if ord(character) > 0x2E80 else 1
        if width > most:
            return words[:index] + "…"
    return words


def _kind(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
