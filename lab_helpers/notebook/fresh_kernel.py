"""What a kernel knows before the learner's first cell, and again after each restart.

A restarted kernel has forgotten ``%%step`` and ``lab``. Rather than "magic not found" and
"name not defined", a cell of the middle of a lab then says what happened and where to begin.
The course's own IPython folder loads this extension (``launcher/jupyter.py``); where another
Jupyter is used, only the words are missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab_helpers.notebook import step_cells
from lab_helpers.notebook.no_lab_yet import NoLabYet

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """IPython calls this when the kernel starts."""
    step_cells.load_ipython_extension(shell)
    shell.user_ns.setdefault("lab", NoLabYet())
