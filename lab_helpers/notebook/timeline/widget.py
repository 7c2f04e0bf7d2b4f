"""The picture in JupyterLab: answers to mouse and keyboard, and follows what happens.

The browser gets the picture only; the journal and the logs are read by the kernel.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lab_helpers.grading.expectations import CannotLook
from lab_helpers.notebook.timeline.journal_tail import Follower, JournalTail
from lab_helpers.notebook.timeline.view import View
from lab_helpers.notebook.timeline.words import widget_words

_HERE = Path(__file__).parent
_SMALL = 60_000
"""Characters; a life has some ten thousand, the lanes of 1,000 invocations 300,000."""
ZOOMS = (1.0, 2.0, 4.0, 8.0, 16.0)


class TimelineWidget(anywidget.AnyWidget):
    """Traits are what the browser knows.

    Messages from the browser: ``{"kind": "logs", "key": "12"}``, ``{"kind": "stop"}``, and
    ``{"kind": "opened"}`` and ``{"kind": "closed"}`` of each view; to it:
    ``{"kind": "logs", "key", "lines", "said"}``.
    """

    _esm = _HERE / "timeline.js"
    _css = _HERE / "timeline.css"
    picture = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    live = traitlets.Bool(False).tag(sync=True)
    zoom = traitlets.Float(1.0).tag(sync=True)
    zooms: traitlets.List[float] = traitlets.List().tag(sync=True)

    def __init__(self, view: View, tail: JournalTail, picture: str) -> None:
        self._view = view
        self._turn = threading.Lock()
        self._views = 0
        self._keep: Callable[[str], object] = lambda _picture: None
        super().__init__(
            picture=picture,
            words=widget_words(view.language) | {"title": view.title},
            zooms=list(ZOOMS) if view.is_of_lanes else [],
        )
        self._follower = Follower(tail, self._news, self._ended)
        self.on_msg(self._heard)
        self.observe(self._zoomed, "zoom")

    def bundle(self) -> dict[str, Any]:
        """What a notebook shows it by."""
        told = self._repr_mimebundle_()
        view = (told[0] if isinstance(told, tuple) else told) or {}
        return view | {"text/plain": ""}

    def follow(self, keep: Callable[[str], object]) -> None:
        """Be live.

        Args:
            keep: is given pictures to save with the notebook; a large one at the end only.
        """
        self._keep = keep
        self.live = True
        self._follower.start()

    def _news(self) -> None:
        with self._turn:
            try:
                self._view.refresh()
            except CannotLook:  # the follower looks again
                return
            self.picture = self._view.picture(self.zoom)
            if len(self.picture) < _SMALL:
                self._keep(self._view.picture())

    def _ended(self) -> None:
        self.live = False
        self._keep(self._view.picture())

    def _zoomed(self, _change: object) -> None:
        with self._turn:
            self.picture = self._view.picture(self.zoom)

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        match message.get("kind"):
            case "logs":
                key = str(message.get("key", ""))
                lines, said = self._view.log_of(int(key) if key.isdecimal() else 0)
                self.send({"kind": "logs", "key": key, "lines": lines, "said": said})
            case "opened":
                self._views += 1
            case "closed" if self._views > 1:
                self._views -= 1
            case "stop" | "closed":
                self._follower.stop()
                self.live = False
