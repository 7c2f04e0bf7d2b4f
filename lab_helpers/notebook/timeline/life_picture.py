"""The way of one event as a picture: from top to bottom, not to scale."""

from __future__ import annotations

from collections.abc import Sequence

from lab_helpers.notebook.timeline import svg
from lab_helpers.notebook.timeline.history import Run
from lab_helpers.notebook.timeline.life import Life, Piece, PieceKind
from lab_helpers.notebook.timeline.telling import (
    details,
    headline,
    life_text,
    mark,
    phases,
    run_text,
)
from lab_helpers.notebook.timeline.words import duration, say

WIDTH = 820.0
_RAIL_X = 150.0
_TEXT_X = 176.0
_HEAD_PX = 46.0
_LINE_PX = 19.0
_GAP_PX = 13.0
_BAR_PX = 20.0
_MOST_CHARACTERS = 92
_BAD = {PieceKind.THROTTLE, PieceKind.GIVEN_UP, PieceKind.NOT_DELIVERED, PieceKind.STOPPED}


def life_picture(lives: Sequence[Life], language: str) -> str:
    """SVG of one life or more, one beneath the other."""
    parts = [svg.text(12, 18, say("life_title", language), "head")]
    parts.append(svg.text(12, 36, say("life_note", language), "small"))
    y, row = _HEAD_PX, 0
    for life in lives:
        parts.append(svg.text(12, y + 14, life_text(life, language), "head"))
        y += 28
        for index, piece in enumerate(life.pieces):
            last = index + 1 == len(life.pieces)
            height = _height(piece, language)
            parts.append(_station(piece, y, height, row, last and life.over, language))
            y += height
            row += 1
        if not life.over:
            parts.append(svg.text(_TEXT_X, y + 12, f"… {say('going_on', language)}", "head"))
            y += 24
        y += 12
    told = "\n".join(life_text(life, language) for life in lives)
    return svg.picture(say("life_title", language), told, "".join(parts), WIDTH, y)


def _height(piece: Piece, language: str) -> float:
    lines = 1 if piece.run is not None or not details(piece, language) else 2
    return lines * _LINE_PX + _GAP_PX + (_LINE_PX + _BAR_PX if piece.run is not None else 0)


def _station(piece: Piece, y: float, height: float, row: int, last: bool, language: str) -> str:
    """Times, the rail with its symbol, and what is said beside it."""
    middle = y + 10
    wait = " waits" if piece.kind is PieceKind.WAIT else ""
    rail = "" if last else svg.line(_RAIL_X, middle + 9, _RAIL_X, y + height + 2, f"rail{wait}")
    parts = svg.text(_RAIL_X - 16, middle + 4, _times(piece, language), "small end")
    bad = piece.kind in _BAD or (piece.run is not None and piece.run.failed)
    node = "failed" if bad else "node"
    parts += f'<circle cx="{_RAIL_X}" cy="{middle}" r="9" class="{node}"/>'
    parts += svg.text(_RAIL_X, middle + 4.5, mark(piece), "mid bad" if bad else "mid")
    said = headline(piece, language)
    told = f"{said}\n{details(piece, language)}".strip()
    parts += svg.text(_TEXT_X, middle + 4.5, svg.shortened(said, _MOST_CHARACTERS), "head")
    if piece.run is not None:
        parts += _phases(piece.run, middle + 14, language)
        told = run_text(piece.run, language)
    elif more := details(piece, language):
        short = svg.shortened(more, _MOST_CHARACTERS + 8)
        parts += svg.text(_TEXT_X, middle + 4.5 + _LINE_PX, short, "small")
    key = "" if piece.run is None else str(piece.run.key)
    return rail + svg.item(key, row, told, parts)


def _times(piece: Piece, language: str) -> str:
    here, at_aws = duration(piece.here_s, language), duration(piece.at_aws_s, language)
    return f"+{here}" if here == at_aws else f"+{here} / +{at_aws}"


def _phases(run: Run, y: float, language: str) -> str:
    """INIT and INVOKE beside each other, long enough for their words, and what they cost."""
    parts, x = "", _TEXT_X
    if run.cold or run.init_ms is not None:
        name = "RESTORE" if run.restored else "INIT"
        x, drawn = _phase(x, y, name, run.init_ms, "init")
        parts += drawn
    if run.invoke_began_s is not None or run.ended_s is not None:
        kind = "failed" if run.failed else ("running" if run.ended_s is None else "invoke")
        x, drawn = _phase(x, y, "INVOKE", run.duration_ms, kind)
        parts += drawn
    more = details(Piece(PieceKind.RUN, run.began_s, run.key, run=run), language)
    more = more.removeprefix(phases(run, language)).removeprefix(" · ")
    parts += svg.text(_TEXT_X, y + _BAR_PX + 15, more, "small")
    if run.billed_ms is not None:
        billed = f"{say('billed', language)}: {run.billed_ms}"
        parts += svg.text(x + 8, y + 14.5, billed, "small")
    return parts


def _phase(x: float, y: float, name: str, ms: float | None, kind: str) -> tuple[float, str]:
    label = f"{name} …" if ms is None else f"{name} {ms:g} ms"
    width = 26 + 7.4 * len(label)
    drawn = svg.bar(x, y, width, _BAR_PX, kind)
    return x + width + 3, drawn + svg.text(x + width / 2, y + 14.5, label, "on mid")
