"""What a function can import, and in which order: task root, layers, runtime."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

RUNTIME_PACKAGES = frozenset(
    ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")
)
"""AWS's Python runtimes bring these along; everything else a function brings itself.
https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"""


def find_spec_in(name: str, path: Sequence[str]) -> ModuleSpec | None:
    """Search ``path`` with the interpreter's own finder (``importlib.machinery.PathFinder``)."""
    for finder in reversed(sys.meta_path):
        if getattr(finder, "__name__", "") == "PathFinder":
            return finder.find_spec(name, path)
    return None


class RuntimePackagesFinder:
    """Admits the runtime's packages from folders that hold many others besides."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = folders

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in RUNTIME_PACKAGES:
            return None
        return find_spec_in(name, self._folders)


class StandardLibraryOnly:
    """While entered, imports see the standard library and the runtime alone."""

    def __init__(self, path: list[str]) -> None:
        self.path = path
        self._outside: list[list[str]] = []

    def __enter__(self) -> None:
        self._outside.append(sys.path)
        sys.path = self.path

    def __exit__(self, *_: object) -> None:
        sys.path = self._outside.pop()
