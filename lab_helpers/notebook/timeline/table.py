"""The same facts as tables: for who cannot see pictures, and for who wants to count."""

from __future__ import annotations

from collections.abc import Sequence

from lab_helpers.notebook.table import Table
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


def lives_table(lives: Sequence[Life], language: str) -> Table:
    """Stations of one event, or of several, in order."""
    rows = [
        (
            f"+{duration(piece.here_s, language)}",
            f"+{duration(piece.at_aws_s, language)}",
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
            f"+{duration(began_s - first_s, language)}",
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
        when = f"+{duration(max(0.0, one.time_s - first_s), language)}"
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
