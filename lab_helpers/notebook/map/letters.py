"""How wide words are about to be: an SVG neither wraps nor cuts them, and fonts differ."""

from __future__ import annotations

_NARROW, _WIDE = set("ijlftrI.,:;'|!()[]/- "), set("mwMW%@")
_BOLD = 1.12
_EM = {"narrow": 0.36, "small": 0.57, "large": 0.7, "wide": 0.92, "japanese": 1.0}
"""Of common sans-serif fonts, rather too wide than too narrow."""


def width_px(text: str, size_px: float, *, bold: bool = False) -> float:
    return sum(map(_em, text)) * size_px * (_BOLD if bold else 1.0)


def _em(letter: str) -> float:
    if ord(letter) > 0x2E7F:
        return _EM["japanese"]
    if letter in _NARROW:
        return _EM["narrow"]
    if letter in _WIDE:
        return _EM["wide"]
    return _EM["large"] if letter.isupper() else _EM["small"]


def shortened(text: str, room_px: float, size_px: float, *, bold: bool = False) -> str:
    """What there is room for, its middle left out: names differ at their ends."""
    if width_px(text, size_px, bold=bold) <= room_px:
        return text
    for kept in range(len(text) - 1, 1, -1):
        head = (kept + 1) // 2
        short = f"{text[:head]}…{text[len(text) - (kept - head) :]}"
        if width_px(short, size_px, bold=bold) <= room_px:
            return short
    return "…"


def in_two_lines(text: str, room_px: float, size_px: float, *, bold: bool = False) -> list[str]:
    """One line where it fits, else two, broken after a hyphen or the like where there is one."""
    if width_px(text, size_px, bold=bold) <= room_px:
        return [text]
    wide = [width_px(text[: at + 1], size_px, bold=bold) for at in range(len(text))]
    fits = max(1, sum(width <= room_px for width in wide))
    after = 1 + max((at for at in range(fits) if text[at] in "-_.:/ "), default=fits - 1)
    # What is broken early may leave too much for the second line.
    at = after if width_px(text[after:], size_px, bold=bold) <= room_px else fits
    return [text[:at], shortened(text[at:], room_px, size_px, bold=bold)]
