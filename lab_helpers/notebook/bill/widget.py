"""The sliders in JupyterLab: the browser sends what is chosen, the kernel calculates.

The browser gets figures and pictures only; it knows no price and does no arithmetic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lab_helpers.notebook.bill.controls import chosen_month, controls_of
from lab_helpers.notebook.bill.picture import month_picture, total_text
from lab_helpers.notebook.bill.shown import ShownBill
from lab_helpers.notebook.bill.words import say

_HERE = Path(__file__).parent


class BillWidget(anywidget.AnyWidget):
    """Traits are what the browser knows; ``month`` has ``total``, ``table`` and ``picture``.

    Messages from the browser: ``{"kind": "chosen", "chosen": {control's name: index}}``; to it:
    ``{"kind": "answered"}``. A trait for what is chosen would not do: ipywidgets gives back an
    older value to a browser that has just set a newer one.
    """

    _esm = _HERE / "bill.js"
    _css = _HERE / "bill.css"
    words = traitlets.Dict().tag(sync=True)
    seen = traitlets.Unicode().tag(sync=True)
    controls: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    month = traitlets.Dict().tag(sync=True)

    def __init__(self, bill: ShownBill, language: str) -> None:
        self._bill = bill
        self._language = language
        self._controls = controls_of(bill.month, language)
        super().__init__(
            words={key: say(key, language) for key in ("widget", "suppose")},
            seen=bill.seen_html(),
            controls=[control.for_browser() for control in self._controls],
            month=self._calculated({}),
        )
        self.on_msg(self._heard)

    def bundle(self) -> dict[str, Any]:
        """What a notebook shows it by."""
        told = self._repr_mimebundle_()
        view = (told[0] if isinstance(told, tuple) else told) or {}
        return view | {"text/plain": ""}

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        if message.get("kind") == "chosen":
            self.month = self._calculated(message.get("chosen") or {})
            self.send({"kind": "answered"})

    def _calculated(self, chosen: dict[str, object]) -> dict[str, str]:
        month = chosen_month(self._bill.month, self._controls, chosen)
        return {
            "total": total_text(month, self._language),
            "table": self._bill.month_table(month)._repr_html_(),
            "picture": month_picture(month, self._language),
        }
