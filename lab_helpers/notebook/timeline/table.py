"""The same facts as a table: for who cannot see pictures, and for who wants to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lab_helpers.notebook.timeline.history import History
from lab_helpers.notebook.timeline.lanes import AliasSplit
from lab_helpers.notebook.timeline.life import Life
from lab_helpers.notebook.timeline.split_picture import share_text
from lab_helpers.notebook.timeline.telling import (
    details,
    headline,
    life_text,
    mark,
    result,
    run_mark,
)
from lab_helpers.notebook.timeline.words import duration, say


@dataclass(frozen=True)
class Table:
    """Shows itself as HTML in a notebook and as text elsewhere.

    Attributes:
        rows: cells as text, in the order of ``heads``.
        below: sentences under it.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[str, ...] = ()

    def __repr__(self) -> str:
        widths = [max(map(_width, column)) for column in zip(self.heads, *self.rows, strict=True)]
        lines = [self.caption]
        for row in (self.heads, *self.rows):
            cells = (
                cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
            )
            lines.append("  ".join(cells).rstrip())
        return "\n".join([*lines, *self.below])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in self.heads)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        below = "".join(f"<p>{escape(text)}</p>" for text in self.below)
        caption = f"<caption>{escape(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def lives_table(lives: Sequence[Life], language: str) -> Table:
    """Stations of one event, or of several, in order."""
    rows = [
        (
            f"+{duration(piece.here_s)}",
            f"+{duration(piece.at_aws_s)}",
            f"{mark(piece)} {headline(piece, language)}",
            details(piece, language),
        )
        for life in lives
        for piece in life.pieces
    ]
    heads = tuple(say(key, language) for key in ("when", "when_aws", "what", "details"))
    below = tuple(life_text(life, language) for life in lives)
    return Table(say("life_title", language), heads, tuple(rows), below)


def runs_table(history: History, splits: Sequence[AliasSplit], language: str) -> Table:
    """A row for each invocation, and for each throttle, in order of time."""
    timed = [(run.key, run.began_s, run) for run in history.runs]
    first_s = min([began for _, began, _ in timed] or [0.0])
    first_s = min([first_s, *(one.time_s for one in history.throttles)]) if timed else first_s
    rows: list[tuple[int, tuple[str, ...]]] = []
    for key, began_s, run in timed:
        attempt = f" ({say('attempt', language, number=run.attempt)})" if run.attempt else ""
        cells = (
            f"+{duration(began_s - first_s)}",
            run.function + (f":{run.qualifier}" if run.qualifier else ""),
            run.version,
            run.environment,
            f"{run_mark(run)} {result(run, language)}{attempt}",
            say("yes" if run.cold else "no", language),
            "" if run.billed_ms is None else str(run.billed_ms),
            run.request_id,
        )
        rows.append((key, cells))
    for one in history.throttles:
        when = f"+{duration(max(0.0, one.time_s - first_s))}"
        said = f"⊘ {say('throttled_run', language)}: {one.reason}"
        rows.append((one.key, (when, one.function, "", "", said, "", "", one.request_id)))
    keys = ("when", "function", "version", "environment", "result", "cold", "billed", "request_id")
    heads = tuple(say(key, language) for key in keys)
    below = tuple(
        f"{say('split_title', language, alias=split.alias, function=split.function)}: "
        f"{share_text(split, share, language)}"
        for split in splits
        for share in split.shares
    )
    return Table(
        say("lanes_title", language), heads, tuple(cells for _, cells in sorted(rows)), below
    )


def _width(cell: str) -> int:
    """Columns in a terminal: characters of Japanese take two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in cell)
