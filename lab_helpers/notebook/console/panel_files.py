"""The panel's ES module and style sheet, as text: for the notebook and for the page of its own."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
_SCRIPTS = ("elements", "sections", "code_tab", "test_tab", "monitor_tab", "panel")

MODULE = "\n".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
"""One ES module in parts: both take a single text, so they are joined in this order."""
STYLE = (_HERE / "console.css").read_text(encoding="utf-8")
