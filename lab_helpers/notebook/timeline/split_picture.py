"""A weighted alias: how many invocations each version got, beside how many it should get."""

from __future__ import annotations

from lab_helpers.notebook.timeline import svg
from lab_helpers.notebook.timeline.lanes import AliasSplit, VersionShare
from lab_helpers.notebook.timeline.words import say

_ROW_PX = 24.0
_LEFT_PX = 12.0
_BAR_PX = 300.0


def split_parts(split: AliasSplit, y: float, row: int, language: str) -> tuple[str, float]:
    """SVG from ``y`` on, and where it ends."""
    title = say("split_title", language, alias=split.alias, function=split.function)
    if split.since_s:
        title += f" ({say('split_since', language)})"
    parts = svg.text(_LEFT_PX, y + 16, title, "head")
    parts += svg.text(_LEFT_PX, y + 33, say("outline_expected", language), "small")
    y += 40
    for index, share in enumerate(split.shares):
        parts += _row(split, share, y, row + index, language)
        y += _ROW_PX
    return parts, y


def share_text(split: AliasSplit, share: VersionShare, language: str) -> str:
    unknown = share.expected is None
    return say(
        "split_row",
        language,
        version=share.version,
        seen=share.seen,
        total=split.total,
        share=f"{_seen_part(split, share) * 100:.1f}",
        expected=say("not_known", language) if unknown else f"{(share.expected or 0) * 100:.1f} %",
    )


def _row(split: AliasSplit, share: VersionShare, y: float, row: int, language: str) -> str:
    told = share_text(split, share, language)
    seen_px = max(1.0, _seen_part(split, share) * _BAR_PX)
    parts = svg.bar(_LEFT_PX, y + 3, seen_px, 15, "invoke")
    if share.expected is not None:
        parts += svg.bar(_LEFT_PX, y + 1, max(1.0, share.expected * _BAR_PX), 19, "expected")
    parts += svg.text(_LEFT_PX + _BAR_PX + 10, y + 15, told, "small")
    return svg.item("", row, told, parts)


def _seen_part(split: AliasSplit, share: VersionShare) -> float:
    return share.seen / split.total if split.total else 0.0
