"""Runtimes besides Python: ``provided.al2023`` and ``nodejs``. They need what the machine has.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from lab_helpers.emulator.runtime.child_environment import child_environment
from lab_helpers.emulator.runtime.interpreters import host_interpreter
from lab_helpers.emulator.runtime.isolation import ENTER_NAMESPACES
from lab_helpers.emulator.runtime.launcher import (
    CannotLaunch,
    Command,
    EnvironmentPlaces,
    RuntimeVersion,
    aws_places,
    machine_places,
    runtime_version,
)
from lab_helpers.emulator.runtime.sandbox_plan import (
    INTERPRETER_ROOT,
    LAYERS_ROOT,
    RUNTIME_ROOT,
    TASK_ROOT,
)
from lab_helpers.emulator.runtime.spec import EnvironmentSpec

NODE_RUNTIME = Path(__file__).parent / "node_runtime" / "index.mjs"
NODE_PROBE_TIMEOUT_S = 10.0


@dataclass
class ProvidedLauncher:
    """An OS-only runtime: an executable ``bootstrap`` of the function or of a layer."""

    def runs(self, runtime: str) -> bool:
        return runtime.startswith("provided") and sys.platform != "win32"

    def why_not(self, runtime: str) -> str:
        if not runtime.startswith("provided"):
            return ""
        return "Windows cannot start the Linux program that an OS-only runtime consists of."

    async def prepare(self) -> None:
        """Nothing to do ahead."""

    async def version(self, spec: EnvironmentSpec) -> RuntimeVersion:
        return runtime_version(f"{spec.runtime.replace('.', ':')}.v1", spec.region)

    async def command(
        self, spec: EnvironmentSpec, runtime_api_address: str, places: EnvironmentPlaces
    ) -> Command:
        """Raises CannotLaunch, in AWS's words."""
        found = _bootstrap_of(spec)
        if found is None:
            looked_at = f"{TASK_ROOT}/bootstrap {LAYERS_ROOT}/bootstrap"
            raise CannotLaunch(f"Couldn't find valid bootstrap(s): [{looked_at}]")
        program, shown = found
        if not os.access(program, os.X_OK):
            raise CannotLaunch(f"fork/exec {shown}: permission denied")
        if places.namespaces is not None:
            environ = child_environment(spec, runtime_api_address, aws_places(spec))
            return _inside(spec, places, environ, [shown], [], None)
        here = machine_places(spec, places, Path(RUNTIME_ROOT), Path(INTERPRETER_ROOT, "bin"))
        environ = child_environment(spec, runtime_api_address, here)
        return Command([str(program)], _without_python(spec, environ), spec.code_dir)


@dataclass
class NodeLauncher:
    """``nodejs*``: this machine's Node.js with our runtime."""

    _node: tuple[Path, str] | None = field(default=None, init=False)
    _looked: bool = field(default=False, init=False)

    def runs(self, runtime: str) -> bool:
        return runtime.startswith("nodejs") and self._find() is not None

    def why_not(self, runtime: str) -> str:
        if not runtime.startswith("nodejs"):
            return ""
        return "This machine has no Node.js. Install it (https://nodejs.org), then start again."

    async def prepare(self) -> None:
        await asyncio.to_thread(self._find)

    async def version(self, spec: EnvironmentSpec) -> RuntimeVersion:
        found = self._find()
        version = found[1] if found else "0.0.0"
        major, _, rest = version.partition(".")
        wanted = re.sub(r"\D", "", spec.runtime)
        note = ""
        if major != wanted:
            note = f"{spec.runtime} requested; this machine has Node.js {version}"
        return runtime_version(f"nodejs:{major}.v{rest.partition('.')[0]}", spec.region, note)

    async def command(
        self, spec: EnvironmentSpec, runtime_api_address: str, places: EnvironmentPlaces
    ) -> Command:
        found = self._find()
        if found is None:
            raise CannotLaunch(self.why_not(spec.runtime))
        node = found[0]
        if places.namespaces is not None:
            environ = child_environment(spec, runtime_api_address, aws_places(spec))
            environ.setdefault("NODE_PATH", _node_path(spec, TASK_ROOT, LAYERS_ROOT))
            program = [f"{INTERPRETER_ROOT}/bin/{node.name}", f"{RUNTIME_ROOT}/index.mjs"]
            prefix = node.parent.parent
            return _inside(spec, places, environ, program, [NODE_RUNTIME], prefix)
        here = machine_places(spec, places, NODE_RUNTIME.parent, node.parent)
        environ = _without_python(spec, child_environment(spec, runtime_api_address, here))
        layers = [str(layer) for layer in reversed(spec.layer_dirs)]
        environ.setdefault("NODE_PATH", _node_path(spec, str(spec.code_dir), *layers))
        return Command([str(node), str(NODE_RUNTIME)], environ, spec.code_dir)

    def _find(self) -> tuple[Path, str] | None:
        """The program and its version such as ``20.20.2``; looked for once."""
        if not self._looked:
            self._node = _probe_node()
            self._looked = True
        return self._node


def _inside(
    spec: EnvironmentSpec,
    places: EnvironmentPlaces,
    environ: dict[str, str],
    program: list[str],
    runtime_parts: list[Path],
    interpreter_prefix: Path | None,
) -> Command:
    """Python enters the namespaces and becomes the program."""
    assert places.namespaces is not None
    plan = places.plan(spec, runtime_parts, interpreter_prefix)
    python = [str(host_interpreter().executable), "-I", "-S", "-B", str(ENTER_NAMESPACES)]
    environ = _without_python(spec, environ)
    return places.command([*python, plan, "--", *program], environ, spec.code_dir)


def _without_python(spec: EnvironmentSpec, environ: dict[str, str]) -> dict[str, str]:
    left_out = {"PYTHONPATH"} - set(spec.environment)
    if spec.runtime.startswith("provided"):
        left_out.add("AWS_EXECUTION_ENV")  # "not defined for … OS-only runtimes"
    return {name: value for name, value in environ.items() if name not in left_out}


def _bootstrap_of(spec: EnvironmentSpec) -> tuple[Path, str] | None:
    """The program and its name at AWS."""
    if (spec.code_dir / "bootstrap").is_file():
        return spec.code_dir / "bootstrap", f"{TASK_ROOT}/bootstrap"
    for layer in reversed(spec.layer_dirs):
        if (layer / "bootstrap").is_file():
            return layer / "bootstrap", f"{LAYERS_ROOT}/bootstrap"
    return None


def _node_path(spec: EnvironmentSpec, task_root: str, *layers: str) -> str:
    major = re.sub(r"\D", "", spec.runtime)
    folders = [f"{layer}/nodejs/node{major}/node_modules" for layer in layers]
    folders += [f"{layer}/nodejs/node_modules" for layer in layers]
    return os.pathsep.join([*folders, f"{task_root}/node_modules", task_root])


def _probe_node() -> tuple[Path, str] | None:
    found = shutil.which("node")
    if found is None:
        return None
    try:
        answer = subprocess.run(
            [found, "--version"],
            capture_output=True,
            text=True,
            timeout=NODE_PROBE_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"v(\d+\.\d+\.\d+)", answer)
    return (Path(found).resolve(), match[1]) if match else None
