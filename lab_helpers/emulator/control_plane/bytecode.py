"""Byte code for large packages, made beside the work, so that their next cold start is a short one.

Functions do not write byte code, as ``/opt`` and ``/var/task`` are read-only at AWS. There,
layers come with what an installer has compiled; a layer zipped from sources would be compiled anew
at each cold start, which takes a library of a few hundred modules more than a second.
"""

from __future__ import annotations

import compileall
import threading
from pathlib import Path
from py_compile import PycInvalidationMode

WORTH_IT = 20
"""Modules: fewer are compiled faster than a thread is missed."""


def compile_beside(folder: Path) -> threading.Thread | None:
    """Compile every module below ``folder`` for this interpreter; None where it is not worth it.

    Modules that do not compile are left to whoever imports them.
    """
    if sum(1 for _ in folder.rglob("*.py")) < WORTH_IT:
        return None
    thread = threading.Thread(target=_compile, args=(folder,), name="bytecode", daemon=True)
    thread.start()
    return thread


def _compile(folder: Path) -> None:
    compileall.compile_dir(
        folder, quiet=2, maxlevels=50, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    )
