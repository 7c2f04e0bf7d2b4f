"""A table of facts that shows itself: as HTML in a notebook, as text elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_LINK = re.compile(r"https://[^\s<>]+[\w/]")


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        rows: cells as text, in the order of ``heads``.
        below: sentences under it; addresses in them become links.
        numbers: columns (0, 1 …) of figures, which stand on the right.
        total: whether the last row is a sum.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()
    total: bool = False

    def __repr__(self) -> str:
        widths = [max(map(_width, column)) for column in zip(self.heads, *self.rows, strict=True)]
        lines = [self.caption, *(self._line(row, widths) for row in (self.heads, *self.rows))]
        return "\n".join([*lines, *self.below])

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col"{self._aligned(column)}>{escape(text)}</th>'
            for column, text in enumerate(self.heads)
        )
        last = len(self.rows) - 1
        body = "".join(
            self._row(row, is_total=self.total and index == last)
            for index, row in enumerate(self.rows)
        )
        below = "".join(f"<p>{linked(text)}</p>" for text in self.below)
        caption = f"<caption>{escape(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"

    def _line(self, row: Sequence[str], widths: Sequence[int]) -> str:
        cells = []
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - _width(cell))
            cells.append(space + cell if column in self.numbers else cell + space)
        return "  ".join(cells).rstrip()

    def _row(self, row: Sequence[str], *, is_total: bool) -> str:
        cells = (
            f"<td{self._aligned(column)}>"
            + (f"<strong>{escape(cell)}</strong>" if is_total and cell else escape(cell))
            + "</td>"
            for column, cell in enumerate(row)
        )
        return "<tr>" + "".join(cells) + "</tr>"

    def _aligned(self, column: int) -> str:
        return ' style="text-align:right"' if column in self.numbers else ""


def linked(text: str) -> str:
    """HTML in which addresses can be followed."""
    return _LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(text))


def _width(cell: str) -> int:
    """Columns in a terminal: characters of Japanese take two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in cell)
