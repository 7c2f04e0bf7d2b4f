"""AWS's paths in tracebacks: ``/var/task`` for the function, wherever its folder lies here.

Code of the function and its layers is compiled under AWS's name, so that every traceback shows it,
also one that the function prints itself. Frames of the standard library and of the runtime's
packages are renamed when a traceback is reported or logged.
"""

from __future__ import annotations

import _frozen_importlib_external as _external
import sys

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType
    from typing import Any

TASK_ROOT = "/var/task"
LAYERS_ROOT = "/opt"
RUNTIME_ROOT = "/var/runtime"
INTERPRETER_ROOT = "/var/lang"

_renamed: list[tuple[str, str]] = []


def shown(path: str) -> str:
    """How a traceback at AWS would name ``path``."""
    for folder, name in _renamed:
        if path.startswith(folder):
            return name + path[len(folder) :].replace("\\", "/")
    return path


def rename(folder: str, name: str) -> None:
    """Show what lies in ``folder`` as lying in ``name``. The first that fits is taken."""
    if folder != name:
        _renamed.append((folder.rstrip("/\\"), name))


def compile_under_aws_names(folders: Sequence[str]) -> None:
    """Modules in these folders, which are renamed already, carry AWS's path in their code."""
    places = tuple(folder for folder in folders if shown(folder) != folder)
    if not places:
        return
    in_folder = _external.FileFinder.path_hook(
        (_external.ExtensionFileLoader, _external.EXTENSION_SUFFIXES),
        (_AwsNamedLoader, _external.SOURCE_SUFFIXES),
        (_external.SourcelessFileLoader, _external.BYTECODE_SUFFIXES),
    )

    def hook(path: str) -> Any:
        if not path.startswith(places):
            raise ImportError("not a folder of the function", path=path)
        return in_folder(path)

    sys.path_hooks.insert(0, hook)


class _AwsNamedLoader(_external.SourceFileLoader):
    """``__file__`` stays the real path, so that files beside a module are found."""

    def source_to_code(self, data: Any, path: Any, *args: Any, **more: Any) -> CodeType:  # type: ignore[override]
        code: CodeType = super().source_to_code(data, shown(path), *args, **more)
        return code
