"""The live panel in the notebook: messages in, answers out, nothing kept in the notebook's file.

The panel's state travels in messages, not in traits: a saved notebook would otherwise hold the
function's environment variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from html import escape
from typing import Any

import anywidget
import traitlets
from IPython.display import display

from lab_helpers.backends.backend import Backend
from lab_helpers.notebook.console.function_console import CONFIGURATION, FunctionConsole
from lab_helpers.notebook.console.panel_files import MODULE, STYLE
from lab_helpers.notebook.console.words import in_language, say

_HIDE_DEAD = (
    ".jp-OutputArea-child:has(.ldc-still) + .jp-OutputArea-child + .jp-OutputArea-child "
    "> .jp-OutputArea-output:not(:has(*)) { display: none }"
)
"""Without its kernel a widget is only an error message; the saved picture stands above it."""


class ConsoleWidget(anywidget.AnyWidget):
    """``lab.console()``: the panel; ``table()`` tells the same as text."""

    _esm = MODULE
    _css = STYLE
    words: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)
    pages: traitlets.List[str] = traitlets.List().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)

    def __init__(self, cloud: Backend, function: str, language: str) -> None:
        super().__init__(words=in_language(language), pages=list(CONFIGURATION), language=language)
        self._console = FunctionConsole(cloud, function, language)
        # One worker: answers come in the order of the clicks, and a function that takes its time
        # does not keep the learner's cells from running.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="lambda-dojo-console")
        self.on_msg(self._asked)

    def table(self, page: str | None = None) -> str:
        """The same facts as text: of one page (``general``, ``triggers`` …) or of all."""
        told: str = self._worker.submit(self._console.table, page).result()
        return told

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """What the panel would be told; waits for it."""
        return self._worker.submit(self._console.answer, message).result()

    def close(self) -> None:
        """Also when the kernel ends, or another cell's output takes this one's place."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict) and "ask" in content:
            self._worker.submit(self._answer_and_send, content)

    def _answer_and_send(self, message: Mapping[str, Any]) -> None:
        self.send(self._console.answer(message))

    def __repr__(self) -> str:
        return self.table("general") if self._console.desk.function else "console"

    def _ipython_display_(self) -> None:
        """Three outputs, in order: a sentence, the saved picture, the live panel.

        JupyterLab shows no other form of a widget whose kernel is gone, and GitHub shows no SVG
        within HTML: hence three. The panel's style sheet hides the first two while it is there.
        """
        told: Any = display  # IPython does not annotate it
        picture = self._worker.submit(self._console.picture).result()
        still = say("still", self.language)
        html = f'<small class="ldc-still">{escape(still)}</small><style>{_HIDE_DEAD}</style>'
        told({"text/html": html, "text/plain": still}, raw=True)
        told({"image/svg+xml": picture, "text/plain": repr(self)}, raw=True)
        bundle = self._repr_mimebundle_()
        data = (bundle[0] if isinstance(bundle, tuple) else bundle) or {}
        told({**data, "text/plain": ""}, raw=True)
