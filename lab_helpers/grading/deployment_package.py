"""Deployment packages: make one of a folder, and read back the one that a function has."""

from __future__ import annotations

import ast
import io
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab_helpers.errors import DojoError
from lab_helpers.grading.expectations import CannotLook

EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}


def package_folder(*folders: Path) -> bytes:
    """A zip of what is inside ``folders``, at the top of the zip; equal for equal contents.

    Raises:
        DojoError: a folder does not exist or holds no file.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for folder in folders:
            files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
            files = [path for path in files if not LEFT_OUT & set(path.relative_to(folder).parts)]
            if not files:
                raise DojoError(
                    f"There is nothing to package in {folder}.",
                    now="Check the folder's name; your function's files belong into it.",
                )
            for path in files:
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EARLIEST_ZIP_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16  # Lambda's user must be able to read it
                package.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def fetch_package(location: str) -> bytes:
    """The zip behind ``Code.Location`` of GetFunction. Raises CannotLook."""
    host = urllib.parse.urlsplit(location).hostname or ""
    # A proxy of the environment cannot reach a cloud on this machine.
    on_this_machine = host in ("127.0.0.1", "localhost", "::1") or host.endswith(".localhost")
    handlers = [urllib.request.ProxyHandler({})] if on_this_machine else []
    try:
        with urllib.request.build_opener(*handlers).open(location, timeout=60) as answer:
            content: bytes = answer.read()
            return content
    except (OSError, ValueError) as error:
        raise CannotLook(f"the function's code cannot be read back: {error}") from error


class Package:
    """A function's code, as it was deployed."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._zip = zipfile.ZipFile(io.BytesIO(content))

    @classmethod
    def of_function(cls, function: Mapping[str, Any]) -> Package:
        """Read back the code of what GetFunction returned. Raises CannotLook."""
        content = fetch_package(function["Code"]["Location"])
        try:
            return cls(content)
        except zipfile.BadZipFile as error:
            raise CannotLook(f"the function's code is not a zip: {error}") from error

    @property
    def files(self) -> list[str]:
        return [name for name in self._zip.namelist() if not name.endswith("/")]

    def source(self, module: str) -> str | None:
        """Text of the module ``a.b`` or ``a/b``, None where the package has no such module."""
        path = module.replace(".", "/")
        for name in (f"{path}.py", f"{path}/__init__.py"):
            if name in self._zip.namelist():
                return self._zip.read(name).decode("utf-8", errors="replace")
        return None

    def mentions(self, word: str) -> bool:
        """Whether a top-level module has ``word`` as a string of its code (comments aside)."""
        return any(
            word in string_constants(self._zip.read(name).decode("utf-8", errors="replace"))
            for name in self.files
            if name.endswith(".py") and "/" not in name
        )


def defined_names(source: str) -> set[str] | None:
    """Names that a module binds at its top level, None where the source does not parse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names


def string_constants(source: str) -> set[str]:
    """The string constants of Python source; none where it does not parse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set()
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
