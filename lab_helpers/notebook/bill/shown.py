"""What ``lab.bill`` returns: tables, a saved picture, and sliders where a kernel answers."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from lab_helpers.notebook.bill.month import Month, month_like
from lab_helpers.notebook.bill.picture import month_picture, total_text
from lab_helpers.notebook.bill.seen import Seen
from lab_helpers.notebook.bill.tables import function_table, month_table, seen_table
from lab_helpers.notebook.bill.words import say
from lab_helpers.notebook.table import Table

if TYPE_CHECKING:
    from lab_helpers.notebook.bill.widget import BillWidget

_HIDE_DEAD_WIDGET = (
    ".jp-OutputArea-child:has(.ldb-still) + .jp-OutputArea-child + .jp-OutputArea-child "
    "> .jp-OutputArea-output:not(:has(*)) { display: none }"
)
"""Without its kernel a widget is only an error message; the saved figures stand above it."""


class ShownBill:
    """Shows itself.

    Attributes:
        seen: what was metered.
        month: a month that goes on like that: where the sliders begin.
    """

    def __init__(self, seen: Seen, region: str, language: str, notes: tuple[str, ...]) -> None:
        self.seen = seen
        self.month = month_like(seen, region)
        self._region = region
        self._language = language
        self._notes = notes

    def table(self) -> Table:
        """What these invocations would have cost."""
        return seen_table(self.seen, self._region, self._language, self._notes)

    def functions(self) -> Table:
        """The same by function."""
        return function_table(self.seen, self._region, self._language)

    def suppose(self, **changes: Any) -> Table:
        """A month's bill: ``suppose(requests=3_000_000, memory_size_mb=512)``.

        Args:
            changes: any of ``requests``, ``billed_ms``, ``memory_size_mb``, ``architecture``,
                ``region``, ``free_tier``, ``provisioned_concurrency``, ``log_bytes`` (of each),
                ``ephemeral_storage_mb``; default: as it was measured.

        Raises:
            TypeError: there is no such thing to suppose.
            DojoError: the price book does not have the Region.
        """
        return self.month_table(replace(self.month, **changes))

    def month_table(self, month: Month) -> Table:
        """What ``month`` comes to, and what it rests on."""
        runs, observed_s = len(self.seen.runs), self.seen.observed_s
        language = self._language
        rate = say(
            "at_this_rate",
            language,
            runs=f"{runs:,}",
            minutes=f"{observed_s / 60:,.0f}",
            requests=f"{self.month.requests:,}",
        )
        return month_table(month, language, (rate, say("same_time", language)))

    def __repr__(self) -> str:
        tables = (self.table(), self.functions(), self.month_table(self.month))
        return "\n\n".join(map(repr, tables))

    def _ipython_display_(self) -> None:
        """Three outputs, in order: the tables, the picture of the month, the sliders.

        JupyterLab shows no other form of a widget whose kernel is gone, and GitHub shows no SVG
        within HTML: hence three. The widget's style sheet hides the first two.
        """
        # IPython takes a tenth of a second to load: only where it is loaded anyway.
        from IPython.display import display

        told: Any = display  # IPython does not annotate it
        told({"text/html": self._saved_html(), "text/plain": repr(self)}, raw=True)
        picture = month_picture(self.month, self._language)
        total = total_text(self.month, self._language)
        told({"image/svg+xml": picture, "text/plain": total}, raw=True)
        widget = self._widget()
        if widget is not None:
            told(widget.bundle(), raw=True)

    def seen_html(self) -> str:
        """The tables of what was seen."""
        return self.table()._repr_html_() + self.functions()._repr_html_()

    def _saved_html(self) -> str:
        still = escape(say("still", self._language))
        month = self.month_table(self.month)._repr_html_()
        style = f"<style>{_HIDE_DEAD_WIDGET}</style>"
        return f'<small class="ldb-still">{still}</small>{style}{self.seen_html()}{month}'

    def _widget(self) -> BillWidget | None:
        try:
            # Takes a third of a second to load, and a machine without it has the saved figures.
            from lab_helpers.notebook.bill.widget import BillWidget
        except ImportError:
            return None
        return BillWidget(self, self._language)
