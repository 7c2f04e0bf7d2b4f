"""Open the learner's browser, if this machine has one to show."""

from __future__ import annotations

import contextlib
import os
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path


def has_display(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can appear before the learner.

    On Linux Python would otherwise pick a text browser, which takes over the terminal.
    """
    if environ.get("SSH_CONNECTION"):
        return False
    if platform in ("win32", "darwin"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_browser(page: Path) -> bool:
    """Open a local page; False where there is no browser."""
    if not has_display(os.environ) or not page.exists():
        return False
    with contextlib.suppress(webbrowser.Error, OSError):
        return webbrowser.open(page.as_uri())
    return False
