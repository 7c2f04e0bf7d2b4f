"""What ``lab.timeline`` returns: a picture that answers, a saved one beside it, and a table."""

from __future__ import annotations

from html import escape
from typing import Any

from lab_helpers.notebook.timeline.journal_tail import JournalTail
from lab_helpers.notebook.timeline.table import Table
from lab_helpers.notebook.timeline.view import View
from lab_helpers.notebook.timeline.words import say

_HIDE_DEAD_WIDGET = (
    ".jp-OutputArea-child:has(.ldt-still) + .jp-OutputArea-child + .jp-OutputArea-child "
    ".jupyter-widgets:not(:has(*)) { display: none }"
)
"""Without its kernel a widget is only an error message; the saved picture stands above it."""


class ShownTimeline:
    """Shows itself.

    Attributes:
        live: whether the picture follows what happens.
    """

    def __init__(self, view: View, tail: JournalTail, *, live: bool) -> None:
        self._view = view
        self._tail = tail
        self.live = live

    def table(self) -> Table:
        """The same facts as a table."""
        return self._view.table()

    @property
    def svg(self) -> str:
        """The picture as it is saved."""
        return self._view.picture()

    def __repr__(self) -> str:
        return repr(self._view.table())

    def _ipython_display_(self) -> None:
        # IPython takes a tenth of a second to load: only where it is loaded anyway.
        from IPython.display import display

        for bundle in self.bundles():
            display(bundle, raw=True)  # type: ignore[no-untyped-call]

    def bundles(self) -> list[dict[str, Any]]:
        """The outputs, in order: a sentence, the saved picture, the widget.

        JupyterLab shows no other form of a widget whose kernel is gone, and GitHub shows no SVG
        within HTML: hence three outputs. The widget's style sheet hides the first two.
        """
        language = self._view.language
        still = (
            f'<small class="ldt-still">{escape(say("still", language))}</small>'
            f"<style>{_HIDE_DEAD_WIDGET}</style>"
        )
        picture, told = self.svg, self._view.summary()
        bundles: list[dict[str, Any]] = [
            {"text/html": still, "text/plain": say("still", language)},
            {"image/svg+xml": picture, "text/plain": told},
        ]
        widget = self._widget(picture)
        return bundles if widget is None else [*bundles, widget | {"text/plain": ""}]

    def _widget(self, picture: str) -> dict[str, Any] | None:
        try:
            # Takes a third of a second to load, and a machine without it has the saved picture.
            from lab_helpers.notebook.timeline.widget import new_widget
        except ImportError:
            return None
        return new_widget(self._view, self._tail, picture, live=self.live)
