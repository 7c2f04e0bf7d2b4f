"""The picture in JupyterLab: answers to mouse and keyboard, and follows what happens.

The browser gets the picture only; the journal and the logs are read by the kernel.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lab_helpers.grading.expectations import CannotLook
from lab_helpers.notebook.timeline.journal_tail import Follower, JournalTail
from lab_helpers.notebook.timeline.view import View
from lab_helpers.notebook.timeline.words import widget_words

_HERE = Path(__file__).parent
ZOOMS = (1.0, 2.0, 4.0, 8.0, 16.0)


class TimelineWidget(anywidget.AnyWidget):
    """Traits are what the browser knows.

    Messages from the browser: ``{"kind": "logs", "key": "12"}``, ``{"kind": "stop"}``,
    ``{"kind": "closed"}``; to it: ``{"kind": "logs", "key", "lines", "said"}``.
    """

    _esm = _HERE / "timeline.js"
    _css = _HERE / "timeline.css"
    picture = traitlets.Unicode().tag(sync=True)
    summary = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    live = traitlets.Bool(False).tag(sync=True)
    zoom = traitlets.Float(1.0).tag(sync=True)
    zooms: traitlets.List[float] = traitlets.List().tag(sync=True)

    def __init__(self, view: View, tail: JournalTail, picture: str) -> None:
        self._view = view
        self._turn = threading.Lock()
        super().__init__(
            picture=picture,
            summary=view.summary(),
            words=widget_words(view.language) | {"title": view.title},
            zooms=list(ZOOMS) if view.is_of_lanes else [],
        )
        self._follower = Follower(tail, self._news, self._ended)
        self.on_msg(self._heard)
        self.observe(self._zoomed, "zoom")

    def follow(self) -> None:
        """Be live."""
        self.live = True
        self._follower.start()

    def _news(self) -> None:
        with self._turn:
            try:
                self._view.refresh()
            except CannotLook:  # the follower looks again
                return
            self.picture = self._view.picture(self.zoom)
            self.summary = self._view.summary()

    def _ended(self) -> None:
        self.live = False

    def _zoomed(self, _change: object) -> None:
        with self._turn:
            self.picture = self._view.picture(self.zoom)

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        match message.get("kind"):
            case "logs":
                key = str(message.get("key", ""))
                lines, said = self._view.log_of(int(key) if key.isdecimal() else 0)
                self.send({"kind": "logs", "key": key, "lines": lines, "said": said})
            case "stop" | "closed":
                self._follower.stop()
                self.live = False


def new_widget(view: View, tail: JournalTail, picture: str, *, live: bool) -> dict[str, Any]:
    """The mime bundle of a new widget, which begins with this picture."""
    widget = TimelineWidget(view, tail, picture)
    if live:
        widget.follow()
    bundle = widget._repr_mimebundle_()
    return dict((bundle[0] if isinstance(bundle, tuple) else bundle) or {})
