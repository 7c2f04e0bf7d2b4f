"""How a runtime's process is started: the one place that differs between runtimes.

A further runtime (``nodejs24.x``, ``provided.al2023``) is another ``Launcher``. How a ``Command``
becomes a process, started or forked, is not its concern.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lab_helpers.arns import partition_of
from lab_helpers.emulator.runtime.child_environment import Places
from lab_helpers.emulator.runtime.forked_start import ForkableStart
from lab_helpers.emulator.runtime.isolation import KeptNamespaces
from lab_helpers.emulator.runtime.network_doors import NetworkDoors
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

FIRST_KEPT_FD = 3
"""What a forked process keeps is there; as in ``python_runtime/warm_parent_process.py``."""
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
