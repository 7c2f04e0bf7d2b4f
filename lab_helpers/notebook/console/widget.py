"""The live panel in the notebook: messages in, answers out, nothing kept in the notebook's file.

The panel's state travels in messages, not in traits: a saved notebook would otherwise hold the
function's environment variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lab_helpers.backends.backend import Backend
from lab_helpers.notebook.console.function_console import CONFIGURATION, FunctionConsole
from lab_helpers.notebook.console.words import in_language

_HERE = Path(__file__).parent
_SCRIPTS = ("elements", "sections", "code_tab", "test_tab", "monitor_tab", "panel")
"""One ES module in parts: anywidget takes a single text, so they are joined in this order."""


class ConsoleWidget(anywidget.AnyWidget):
    """``lab.console()``: the panel; ``table()`` tells the same as text."""

    _esm = "\n".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    _css = (_HERE / "console.css").read_text(encoding="utf-8")
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

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The live panel, and the picture for where there is no kernel."""
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle
        picture: str = self._worker.submit(self._console.picture).result()
        return {**data, "text/html": picture}, metadata
