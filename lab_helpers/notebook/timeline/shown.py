"""What ``lab.timeline`` returns: a picture that answers, a saved one beside it, and a table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from lab_helpers.notebook.table import Table
from lab_helpers.notebook.timeline.journal_tail import JournalTail
from lab_helpers.notebook.timeline.view import View
from lab_helpers.notebook.timeline.words import say

if TYPE_CHECKING:
    from lab_helpers.notebook.timeline.widget import TimelineWidget

_HIDE_DEAD_WIDGET = (
    ".jp-OutputArea-child:has(.ldt-still) + .jp-OutputArea-child + .jp-OutputArea-child "
    "> .jp-OutputArea-output:not(:has(*)) { display: none }"
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
        self._followed = False

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
        """Three outputs, in order: a sentence, the saved picture, the widget.

        JupyterLab shows no other form of a widget whose kernel is gone, and GitHub shows no SVG
        within HTML: hence three. The widget's style sheet hides the first two.
        """
        # IPython takes a tenth of a second to load: only where it is loaded anyway.
        from IPython.display import display

        told: Any = display  # IPython does not annotate it
        picture = self.svg
        told(self._sentence(), raw=True)
        saved = told(self._saved(picture), raw=True, display_id=True)
        widget = self._widget(picture)
        if widget is None:
            return
        told(widget.bundle(), raw=True)
        if self.live and saved is not None and not self._followed:
            self._followed = True  # two threads may not read one tail
            widget.follow(lambda newer: saved.update(self._saved(newer), raw=True))

    def _sentence(self) -> dict[str, Any]:
        still = say("still", self._view.language)
        html = f'<small class="ldt-still">{escape(still)}</small><style>{_HIDE_DEAD_WIDGET}</style>'
        return {"text/html": html, "text/plain": still}

    def _saved(self, picture: str) -> dict[str, Any]:
        return {"image/svg+xml": picture, "text/plain": self._view.summary()}

    def _widget(self, picture: str) -> TimelineWidget | None:
        try:
            # Takes a third of a second to load, and a machine without it has the saved picture.
            from lab_helpers.notebook.timeline.widget import TimelineWidget
        except ImportError:
            return None
        return TimelineWidget(self._view, self._tail, picture)
