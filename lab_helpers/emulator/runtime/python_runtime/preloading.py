"""What a warm parent imports ahead, and what it tells the cloud of it.

Runs before anything of a function does: only AWS's own folders are searched.
"""

from __future__ import annotations

import importlib
import sys

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Any


class MissingNames:
    """The last finder: remembers top-level modules that were looked for and are not there."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        if path is None:
            self.names.add(name)


def preload(package_dirs: list[str], packages: Sequence[str]) -> dict[str, Any]:
    """``logging``, as AWS's runtime does, and ``packages``: nothing, or ``boto3``.

    Returns ``names``: a function that has a module of one of these names in its package or a layer
    might get another one than when it is started by itself.
    """
    importlib.import_module("lambda_dojo_runtime.invocation_loop")

    without = set(sys.modules)
    missing = MissingNames()
    sys.meta_path.append(missing)
    importlib.import_module("lambda_dojo_runtime.lambda_logging")

    if "boto3" in packages:
        _preload_boto3(package_dirs)
    sys.meta_path.remove(missing)
    sys.path_importer_cache.clear()
    loaded = {name.partition(".")[0] for name in set(sys.modules) - without}
    found = {name for name in missing.names if name not in sys.modules}
    return {"names": sorted(loaded | found)}


def _preload_boto3(package_dirs: list[str]) -> None:
    search = importlib.import_module("lambda_dojo_runtime.module_search")
    finder = search.RuntimePackagesFinder(package_dirs)
    sys.meta_path.insert(-1, finder)  # before the one that remembers what is missing
    importlib.import_module("lambda_dojo_runtime.kept_models").keep()
    sys.meta_path.remove(finder)
