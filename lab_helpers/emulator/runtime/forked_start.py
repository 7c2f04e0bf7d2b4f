"""Which functions may be forked from a warm parent: those that cannot tell the difference.

A warm parent has imported modules before it knew of the function. A function that brings modules
of the same names, or whose variables count when an interpreter starts, is started by itself.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab_helpers.emulator.runtime.interpreters import Interpreter
from lab_helpers.emulator.runtime.spec import EnvironmentSpec

SWITCH = "LAMBDA_DOJO_FORK"
OLDEST_VERSION = (3, 9)
"""The first with ``os.pidfd_open`` and ``os.waitstatus_to_exitcode``."""
MAX_SOURCE_BYTES = 256 * 1024

_READ_AT_START = ("PYTHON", "LD_", "LC_", "LANG", "MALLOC_", "GLIBC_", "OPENSSL_", "BOTO_")
"""Variables that the loader, the C library, the interpreter or an imported module reads once."""
_ASKS_FOR_HASHES = re.compile(rb"\bhash\(")
"""Of text: random in each environment at AWS, the same in all that one parent has forked."""
_IMPORTS_BOTO3 = re.compile(rb"^[ \t]*(?:import|from)[ \t]+(?:boto3|botocore)\b", re.MULTILINE)


def can_fork() -> bool:
    """Whether this machine has what it takes, and nobody has switched it off."""
    return sys.platform == "linux" and os.environ.get(SWITCH, "").lower() not in ("0", "off")


@dataclass(frozen=True)
class ForkableStart:
    """How a warm parent starts what an ordinary command would.

    Attributes:
        options: for ``bootstrap.py``.
        cwd: where the process begins; empty where its plan says so.
        names: top-level modules that the function and its layers bring along.
        wants_boto3: the modules beside the handler import it. A wrong guess costs time only.
    """

    interpreter: Path
    options: tuple[str, ...]
    cwd: str
    names: frozenset[str]
    wants_boto3: bool


def forkable_start(
    spec: EnvironmentSpec, interpreter: Interpreter, options: Sequence[str], cwd: str
) -> ForkableStart | None:
    """None for a function that has to be started by itself."""
    if tuple(int(part) for part in interpreter.version.split(".")[:2]) < OLDEST_VERSION:
        return None
    if any(name.startswith(_READ_AT_START) for name in spec.environment):
        return None
    module = spec.code_dir / spec.handler.rpartition(".")[0].replace(".", "/")
    sources = [source for folder in {spec.code_dir, module.parent} for source in _sources(folder)]
    if any(_ASKS_FOR_HASHES.search(source) for source in sources) or _brings_libraries(spec):
        return None
    return ForkableStart(
        interpreter.executable,
        tuple(options),
        cwd,
        _top_level_names(spec, interpreter.minor_version),
        any(_IMPORTS_BOTO3.search(source) for source in sources),
    )


def _top_level_names(spec: EnvironmentSpec, minor_version: str) -> frozenset[str]:
    folders = [spec.code_dir]
    for layer in spec.layer_dirs:
        python = layer / "python"
        folders += [python, python / "lib" / f"python{minor_version}" / "site-packages"]
    names = (name.partition(".")[0] for folder in folders for name in _entries(folder))
    return frozenset(names)


def _brings_libraries(spec: EnvironmentSpec) -> bool:
    """The loader looks for shared libraries in the folders that it knew when it started."""
    folders = (spec.code_dir, *spec.layer_dirs)
    if any((folder / "lib").is_dir() for folder in folders):
        return True
    return any(name.startswith("lib") and ".so" in name for name in _entries(spec.code_dir))


def _sources(folder: Path) -> Iterator[bytes]:
    for name in _entries(folder):
        path = folder / name
        if name.endswith(".py") and path.is_file() and path.stat().st_size <= MAX_SOURCE_BYTES:
            yield path.read_bytes()


def _entries(folder: Path) -> Iterable[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 # names are all that is wanted
    except OSError:
        return ()
