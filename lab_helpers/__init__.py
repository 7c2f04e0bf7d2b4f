"""Learn AWS Lambda by doing: a hands-on course that runs on the learner's own machine.

The shelf: ``start_lab`` opens a lab, ``select_backend`` chooses its cloud, ``DojoError`` is what
goes wrong. Names are loaded when they are first used: ``import lab_helpers`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from lab_helpers.errors import DojoError

if TYPE_CHECKING:
    from lab_helpers.backends.select import select_backend
    from lab_helpers.notebook.open_lab import OpenLab, start_lab

__version__ = "0.1.0"
__all__ = ["DojoError", "OpenLab", "__version__", "select_backend", "start_lab"]

_HOMES = {
    "OpenLab": "lab_helpers.notebook.open_lab",
    "select_backend": "lab_helpers.backends.select",
    "start_lab": "lab_helpers.notebook.open_lab",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
