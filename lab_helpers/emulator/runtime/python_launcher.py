"""How a Python function's process is started: which interpreter, with which of our files."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import py_compile
import subprocess
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from lab_helpers.emulator.runtime.child_environment import child_environment
from lab_helpers.emulator.runtime.forked_start import forkable_start
from lab_helpers.emulator.runtime.interpreters import Interpreter, InterpreterFinder
from lab_helpers.emulator.runtime.launcher import (
    Command,
    EnvironmentPlaces,
    RuntimeVersion,
    aws_places,
    machine_places,
    runtime_version,
)
from lab_helpers.emulator.runtime.python_runtime.lambda_dojo_runtime.module_search import (
    RUNTIME_PACKAGES,
)
from lab_helpers.emulator.runtime.sandbox_plan import LAYERS_ROOT
from lab_helpers.emulator.runtime.spec import EnvironmentSpec

PYTHON_RUNTIME_DIR = Path(__file__).parent / "python_runtime"
COMPILE_TIMEOUT_S = 20.0


@dataclass
class PythonLauncher:
    """``python3.x``: the base interpreter, isolated from the learner's packages."""

    finder: InterpreterFinder = field(default_factory=InterpreterFinder)

    def runs(self, runtime: str) -> bool:
        return runtime.startswith("python3.")

    def why_not(self, runtime: str) -> str:
        return ""

    async def prepare(self) -> None:
        runtime_package_dirs()
        await asyncio.to_thread(compile_python_runtime)

    async def version(self, spec: EnvironmentSpec) -> RuntimeVersion:
        interpreter = await self._interpreter(spec.runtime)
        version = f"python:{interpreter.minor_version}.v{interpreter.version.split('.')[2]}"
        return runtime_version(version, spec.region, interpreter.note)

    async def command(
        self, spec: EnvironmentSpec, runtime_api_address: str, places: EnvironmentPlaces
    ) -> Command:
        interpreter = await self._interpreter(spec.runtime)
        argv = python_program(interpreter.executable)
        if places.namespaces is not None:
            options = [f"--layer={LAYERS_ROOT}"] if spec.layer_dirs else []
            argv += [*options, f"--enter={places.plan(spec, runtime_parts())}"]
            environ = child_environment(spec, runtime_api_address, aws_places(spec))
            plan = places.prepared_plan(spec)
            inside = forkable_start(spec, interpreter, [*options, f"--enter={plan}"], "")
            command = places.command(argv, environ, spec.code_dir)
            return command if plan is None else replace(command, forkable=inside)
        layers = [f"--layer={folder}" for folder in spec.layer_dirs]
        argv += [f"--packages={folder}" for folder in runtime_package_dirs()] + layers
        here = machine_places(spec, places, PYTHON_RUNTIME_DIR, interpreter.executable.parent)
        environ = child_environment(spec, runtime_api_address, here)
        forkable = forkable_start(spec, interpreter, layers, str(spec.code_dir))
        return Command(argv, environ, spec.code_dir, forkable=forkable)

    async def _interpreter(self, runtime: str) -> Interpreter:
        known = self.finder.known(runtime)
        if known is not None:
            return known
        found = await asyncio.to_thread(self.finder.find, runtime)
        if not found.note:
            await asyncio.to_thread(compile_python_runtime_with, found)
        return found


def python_program(interpreter: Path) -> list[str]:
    """The command line of the Python runtime, without its options."""
    # -S: no site-packages. -s: none of the learner's either. -B: /var/task is read-only at
    # AWS, so nothing is compiled into it. -u: as AWS's runtime, prints are not held back.
    program = [str(interpreter), "-S", "-s", "-B", "-u", "-X", "utf8"]
    return [*program, str(PYTHON_RUNTIME_DIR / "bootstrap.py")]


def compile_python_runtime() -> None:
    """Functions run with ``-B`` and never write bytecode, so the host does it for its version.

    Where the package is installed read-only, cold starts take some milliseconds more.
    """
    for source in sorted(PYTHON_RUNTIME_DIR.rglob("*.py")):
        target = Path(importlib.util.cache_from_source(str(source)))
        with contextlib.suppress(OSError):
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                py_compile.compile(str(source), quiet=2)


def compile_python_runtime_with(interpreter: Interpreter) -> None:
    """The same for an interpreter of another version."""
    command = [str(interpreter.executable), "-I", "-m", "compileall", "-q", "-q"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        subprocess.run(
            [*command, str(PYTHON_RUNTIME_DIR)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=COMPILE_TIMEOUT_S,
            check=False,
        )


@cache
def runtime_parts() -> list[Path]:
    """What lies in ``/var/runtime``: our runtime and the packages that AWS's brings along."""
    ours = ("bootstrap.py", "lambda_dojo_runtime", "snapshot_restore_py.py")
    parts = [PYTHON_RUNTIME_DIR / name for name in ours]
    for folder in runtime_package_dirs():
        for name in sorted(RUNTIME_PACKAGES):
            parts += [part for part in (folder / name, folder / f"{name}.py") if part.exists()]
    return parts


_package_dirs: list[Path] = []


def runtime_package_dirs() -> list[Path]:
    """The folders of this process's own ``boto3`` and what it needs."""
    if not _package_dirs:
        for name in sorted(RUNTIME_PACKAGES):
            found = importlib.util.find_spec(name)
            if found is not None and found.origin is not None:
                origin = Path(found.origin)
                folder = origin.parent.parent if origin.name == "__init__.py" else origin.parent
                if folder not in _package_dirs:
                    _package_dirs.append(folder)
    return _package_dirs
