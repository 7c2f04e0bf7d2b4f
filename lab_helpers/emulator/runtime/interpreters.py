"""Which Python of this machine runs a function: the one its runtime names, or the host's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROBE_TIMEOUT_S = 10.0
_PROBE = (
    "import sys; print('cpython' if sys.implementation.name == 'cpython' else 'other');"
    "print('%d.%d.%d' % sys.version_info[:3]); print(getattr(sys, '_base_executable', '') or"
    " sys.executable)"
)


@dataclass(frozen=True)
class Interpreter:
    """Attributes: version, as ``3.11.7``; note, what the learner should know, or empty."""

    executable: Path
    version: str
    note: str = ""

    @property
    def minor_version(self) -> str:
        """``3.11``."""
        return ".".join(self.version.split(".")[:2])


def host_interpreter() -> Interpreter:
    """The interpreter below this process, outside of any virtual environment."""
    executable = getattr(sys, "_base_executable", "") or sys.executable
    return Interpreter(Path(executable), ".".join(map(str, sys.version_info[:3])))


class InterpreterFinder:
    """Looks once per runtime; a look takes up to some hundred milliseconds."""

    def __init__(self, host: Interpreter | None = None) -> None:
        self._host = host or host_interpreter()
        self._found: dict[str, Interpreter] = {}

    def find(self, runtime: str) -> Interpreter:
        """``runtime`` is ``python3.x``. Never fails: the host's interpreter is always there."""
        if runtime not in self._found:
            self._found[runtime] = self._look(runtime)
        return self._found[runtime]

    def known(self, runtime: str) -> Interpreter | None:
        """What ``find`` would answer where it need not look."""
        if runtime == f"python{self._host.minor_version}":
            return self._host
        return self._found.get(runtime)

    def _look(self, runtime: str) -> Interpreter:
        wanted = runtime.removeprefix("python")
        if wanted == self._host.minor_version:
            return self._host
        for command in _candidates(wanted):
            found = _probe(command)
            if found is not None and found.minor_version == wanted:
                return found
        note = f"{runtime} requested; this machine has no Python {wanted}, "
        note += f"running on {self._host.version}"
        return Interpreter(self._host.executable, self._host.version, note)


def _candidates(wanted: str) -> Iterator[list[str]]:
    """Commands that may be a Python of version ``wanted`` (``3.13``), likely ones first."""
    if on_path := shutil.which(f"python{wanted}"):
        yield [on_path]
    if sys.platform == "win32":
        if launcher := shutil.which("py"):
            yield [launcher, f"-{wanted}"]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [pyenv / "versions", Path.home() / ".local/share/uv/python"]
    names = (wanted, f"cpython-{wanted}")
    for folder in folders:
        for version in sorted(_children(folder), key=_version_key, reverse=True):
            if version.name == wanted or version.name.startswith(tuple(f"{n}." for n in names)):
                inside = "python.exe" if sys.platform == "win32" else f"bin/python{wanted}"
                if (version / inside).exists():
                    yield [str(version / inside)]


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _version_key(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.name))


def _probe(command: list[str]) -> Interpreter | None:
    """Start it and ask; None where it does not start or is no CPython."""
    try:
        answer = subprocess.run(
            [*command, "-I", "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
            check=True,
        ).stdout.splitlines()
    except (OSError, subprocess.SubprocessError):
        return None
    if len(answer) != 3 or answer[0] != "cpython":
        return None
    return Interpreter(Path(answer[2]), answer[1])
