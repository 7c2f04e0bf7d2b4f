"""How a runtime's process is started: the one place that differs between runtimes.

A further runtime (``nodejs24.x``, ``provided.al2023``) is another ``Launcher``. How a ``Command``
becomes a process, started or forked, is not its concern.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import py_compile
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Protocol

from lab_helpers.arns import partition_of
from lab_helpers.emulator.runtime.child_environment import Places, child_environment
from lab_helpers.emulator.runtime.forked_start import ForkableStart, forkable_start
from lab_helpers.emulator.runtime.interpreters import Interpreter, InterpreterFinder
from lab_helpers.emulator.runtime.isolation import KeptNamespaces
from lab_helpers.emulator.runtime.network_doors import NetworkDoors
from lab_helpers.emulator.runtime.python_runtime.lambda_dojo_runtime.module_search import (
    RUNTIME_PACKAGES,
)
from lab_helpers.emulator.runtime.sandbox_plan import (
    INTERPRETER_ROOT,
    LAYERS_ROOT,
    RUNTIME_ROOT,
    TASK_ROOT,
    environment_steps,
    join_text,
    own_proc,
    plan_text,
    prepared_steps,
    strict_step,
)
from lab_helpers.emulator.runtime.spec import EnvironmentSpec

PYTHON_RUNTIME_DIR = Path(__file__).parent / "python_runtime"
COMPILE_TIMEOUT_S = 20.0
FIRST_KEPT_FD = 3
"""What a forked process keeps is there; as in ``python_runtime/warm_parent.py``."""
PROCESSES_THAT_KEEP_APART = 2
"""The one that waits outside and the first one inside; see ``own_processes``."""


@dataclass(frozen=True)
class Command:
    """A process to start.

    Attributes:
        kept_fds: descriptors that it inherits.
        processes_before: how many of its line come before the runtime itself.
        forkable: the same from a warm parent; None where it has to be started.
    """

    argv: list[str]
    environ: dict[str, str]
    cwd: Path
    kept_fds: tuple[int, ...] = ()
    processes_before: int = 0
    forkable: ForkableStart | None = None


class CannotLaunch(Exception):
    """There is nothing to start; the text goes to the caller after ``Error: ``."""


@dataclass(frozen=True)
class RuntimeVersion:
    """What ``INIT_START`` tells of the runtime."""

    name: str
    arn: str
    note: str = ""


@dataclass(frozen=True)
class EnvironmentPlaces:
    """What of one execution environment lives as long as it does.

    Attributes:
        root_dir: where a file system of the function's own is built.
        namespaces: of that file system; None where the platform has none to offer.
        doors: out of a network of the function's own; None where it shares the machine's.
    """

    tmp_dir: Path
    home_dir: Path
    root_dir: Path
    namespaces: KeptNamespaces | None = None
    doors: NetworkDoors | None = None

    @property
    def kept_fds(self) -> tuple[int, ...]:
        """What a process inherits that is to enter: the environment's namespaces, or the way to
        tell of new ones."""
        if self.namespaces is not None and self.namespaces.fds:
            return self.namespaces.fds
        return () if self.doors is None else (self.doors.child_fd,)

    def make(self, *, is_forked: bool) -> None:
        """What a process needs that is about to be started."""
        if self.namespaces is None:
            folders = [self.tmp_dir, self.home_dir]
        else:
            folders = [] if is_forked else [self.root_dir]
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)

    def plan(
        self,
        spec: EnvironmentSpec,
        runtime_parts: Sequence[Path],
        interpreter_prefix: Path | None = None,
    ) -> str:
        """For ``enter_namespaces``. Call it only where there are namespaces."""
        if self.namespaces is not None and self.namespaces.fds:
            return join_text(self.namespaces.fds)
        steps = environment_steps(
            self.root_dir, spec.code_dir, spec.layer_dirs, runtime_parts, spec.ephemeral_storage_mb
        )
        if interpreter_prefix is not None:
            steps.append(("bind", str(interpreter_prefix), INTERPRETER_ROOT))
        if self.doors is not None:
            steps = [*own_proc(steps), strict_step(self.doors.child_fd, self.doors.ports)]
        return plan_text(steps)

    def prepared_plan(self, spec: EnvironmentSpec) -> str | None:
        """For a forked process; None where there are namespaces already, which it cannot join."""
        if self.namespaces is None or self.namespaces.fds:
            return None
        strict = None if self.doors is None else strict_step(FIRST_KEPT_FD, self.doors.ports)
        storage_mb = spec.ephemeral_storage_mb
        return plan_text(prepared_steps(spec.code_dir, spec.layer_dirs, storage_mb, strict))

    def command(self, argv: list[str], environ: dict[str, str], cwd: Path) -> Command:
        """One that enters the namespaces."""
        before = 0 if self.doors is None else PROCESSES_THAT_KEEP_APART
        return Command(argv, environ, cwd, self.kept_fds, before)


class Launcher(Protocol):
    """One kind of runtime."""

    def runs(self, runtime: str) -> bool: ...

    def why_not(self, runtime: str) -> str:
        """Why this launcher, which ``runtime`` belongs to, cannot run it; empty for others."""

    async def prepare(self) -> None:
        """Once, when the host starts: what would otherwise slow the first cold start."""

    async def version(self, spec: EnvironmentSpec) -> RuntimeVersion: ...

    async def command(
        self, spec: EnvironmentSpec, runtime_api_address: str, places: EnvironmentPlaces
    ) -> Command:
        """Raises CannotLaunch."""


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


def runtime_version(name: str, region: str, note: str = "") -> RuntimeVersion:
    """The ARN has AWS's shape; its hash names this runtime and nothing at AWS."""
    digest = hashlib.sha256(f"lambda-dojo {name}".encode()).hexdigest()
    arn = f"arn:{partition_of(region)}:lambda:{region}::runtime:{digest}"
    return RuntimeVersion(name, arn, note)


def aws_places(spec: EnvironmentSpec) -> Places:
    """In a file system of the function's own everything lies where AWS has it."""
    return Places(
        code_dir=Path(TASK_ROOT),
        layer_dirs=(Path(LAYERS_ROOT),),
        runtime_dir=Path(RUNTIME_ROOT),
        interpreter_dir=Path(INTERPRETER_ROOT, "bin"),
    )


def machine_places(
    spec: EnvironmentSpec, places: EnvironmentPlaces, runtime_dir: Path, interpreter_dir: Path
) -> Places:
    """What stands for AWS's folders on a machine without namespaces."""
    return Places(
        code_dir=spec.code_dir,
        layer_dirs=spec.layer_dirs,
        runtime_dir=runtime_dir,
        interpreter_dir=interpreter_dir,
        tmp_dir=places.tmp_dir,
        home_dir=places.home_dir,
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
