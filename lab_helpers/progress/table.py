"""The course as a table of text, a bar per lab, for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from lab_helpers.progress.standing import CourseStanding, LabStanding
from lab_helpers.progress.words import tell

BAR_WIDTH = 20
TITLE_WIDTH = 44
BLOCKS = ("█", "░")
PLAIN_BLOCKS = ("#", ".")
"""For a terminal whose encoding has no blocks."""


def progress_table(
    standing: CourseStanding, language: str, blocks: tuple[str, str] = BLOCKS
) -> str:
    """A line per lab, the total, and where to go on."""
    return "\n".join(_lines(standing, language, blocks))


def _lines(standing: CourseStanding, language: str, blocks: tuple[str, str]) -> Iterator[str]:
    for own in standing.labs:
        title = f"{own.lab.order:>2}  {own.lab.title.in_language(language)}"
        yield _line(title, own.fraction, own.state.points, own.state.points_total, blocks) + (
            f"  {tell('steps', language)} {own.steps_passed}/{len(own.lab.steps)}"
        )
    total = "    " + tell("total", language)
    yield _line(total, standing.fraction, standing.points, standing.points_total, blocks)
    yield ""
    yield where_to_go_on(standing, language)
    if standing.notice:
        yield standing.notice.in_language(language)


def where_to_go_on(standing: CourseStanding, language: str) -> str:
    """One sentence: the lab and step that come next, and the notebook that they are in."""
    current = standing.current
    if current is None:
        return tell("all_done", language)
    step = current.lab.step(current.state.next_open or current.lab.steps[0].id)
    return tell(
        "next",
        language,
        lab=f"{current.lab.order}. {current.lab.title.in_language(language)}",
        step=step.title.in_language(language),
        file=notebook_of(current, language),
    )


def notebook_of(standing: LabStanding, language: str) -> str:
    """Where the lab's notebook is in the learner's workspace."""
    return f"{standing.lab.folder.name}/{standing.lab.id}.{language}.ipynb"


def bar(fraction: float, blocks: tuple[str, str] = BLOCKS) -> str:
    """Full only at 100 %, and never empty once something is earned."""
    filled = round(fraction * BAR_WIDTH)
    if 0 < fraction < 1:
        filled = min(max(filled, 1), BAR_WIDTH - 1)
    return blocks[0] * filled + blocks[1] * (BAR_WIDTH - filled)


def _line(title: str, fraction: float, points: int, total: int, blocks: tuple[str, str]) -> str:
    return f"{_padded(title)} {bar(fraction, blocks)} {fraction:>4.0%}  {points:>4}/{total}"


def _padded(text: str) -> str:
    """Cut or filled to ``TITLE_WIDTH`` columns; a Japanese character takes two."""
    kept, width = "", 0
    for character in text:
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width + wide > TITLE_WIDTH:
            break
        kept, width = kept + character, width + wide
    return kept + " " * (TITLE_WIDTH - width)
