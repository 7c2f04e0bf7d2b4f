"""What an execution environment's file system consists of: the steps for ``enter_namespaces``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

FIELD, STEP = "\x1f", "\x1e"
"""As in ``enter_namespaces``, which Windows cannot import."""

TASK_ROOT, LAYERS_ROOT, RUNTIME_ROOT = "/var/task", "/opt", "/var/runtime"
INTERPRETER_ROOT = "/var/lang"
KEPT_AT = "/tmp"
"""Where a warm parent sees the machine's files: each function gets something else there."""
USER, UID, GID = "sbx_user1051", 993, 990
"""Whom a function runs as at AWS; the numbers are those that people see there."""

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_SETTINGS = (
    *("hosts", "resolv.conf", "nsswitch.conf", "localtime", "protocols", "services", "mime.types"),
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "ssl", "pki"),
    *("ca-certificates", "ca-certificates.conf", "crypto-policies", "os-release"),
)
"""Of ``/etc``: what programs need to find hosts, libraries, certificates and time zones."""

_PASSWD = f"""root:x:0:0:root:/root:/bin/bash
{USER}:x:{UID}:{GID}::/home/{USER}:/sbin/nologin
"""
_GROUP = f"root:x:0:\n{USER}:x:{GID}:\n"

Step = tuple[str, ...]


def plan_text(steps: Sequence[Step]) -> str:
    """Raises ValueError where a path holds one of the separators."""
    words = [word for step in steps for word in step]
    if any(FIELD in word or STEP in word or "\0" in word for word in words):
        raise ValueError("a path holds a control character")
    return STEP.join(FIELD.join(step) for step in steps)


def join_text(fds: Sequence[int]) -> str:
    """Enter what an earlier process of the environment has made."""
    return FIELD.join(("join", *map(str, fds), TASK_ROOT))


def strict_step(control_fd: int, ports: Sequence[int]) -> Step:
    """A network and process ids of the function's own.

    Args:
        control_fd: where the sockets that listen at ``ports`` inside are sent to; -1: nowhere.
    """
    return ("strict", str(control_fd), *map(str, ports))


def own_proc(steps: Sequence[Step]) -> list[Step]:
    """The same, with a ``/proc`` that shows the function's own processes only."""
    return [("proc", "/proc") if step == ("tree", "/proc") else step for step in steps]


def environment_steps(
    root: Path,
    code_dir: Path,
    layer_dirs: Sequence[Path],
    runtime_parts: Sequence[Path],
    storage_mb: int,
) -> list[Step]:
    """The file system of a function.

    Args:
        root: an empty folder to build it on.
        runtime_parts: files and folders that appear below ``/var/runtime``.
    """
    steps = [*_base_steps(root), *_runtime_steps(runtime_parts)]
    return [*steps, *_function_steps("", code_dir, layer_dirs, storage_mb)]


def kept_steps(root: Path, runtime_parts: Sequence[Path]) -> list[Step]:
    """What all functions of one runtime have in common, with the machine's files at ``/tmp``.

    A warm parent's file system; ``prepared_steps`` are the rest of the way.
    """
    places: list[Step] = [("folder", "/tmp"), ("folder", TASK_ROOT)]
    steps = [*_base_steps(root), *_runtime_steps(runtime_parts), *places]
    return [*steps, ("cwd", "/"), ("keep", KEPT_AT)]


def prepared_steps(
    code_dir: Path, layer_dirs: Sequence[Path], storage_mb: int, strict: Step | None = None
) -> list[Step]:
    """What a process forked from a warm parent adds. ``strict``: a ``strict_step``."""
    steps: list[Step] = [("prepared", str(UID), str(GID), KEPT_AT)]
    steps += _function_steps(KEPT_AT, code_dir, layer_dirs, storage_mb)
    return steps if strict is None else [*steps, ("proc", "/proc"), strict]


def _runtime_steps(parts: Sequence[Path]) -> list[Step]:
    return [("bind", str(part), f"{RUNTIME_ROOT}/{part.name}") for part in parts]


def _function_steps(
    machine: str, code_dir: Path, layer_dirs: Sequence[Path], storage_mb: int
) -> list[Step]:
    """``machine``: where the machine's files are while the steps are taken."""
    steps: list[Step] = [("cwd", TASK_ROOT), ("storage", "/tmp", str(storage_mb))]
    steps.append(("bind", f"{machine}{code_dir}", TASK_ROOT))
    last_first = [f"{machine}{layer}" for layer in reversed(layer_dirs)]
    if len(last_first) > 1:
        steps.append(("merge", LAYERS_ROOT, *last_first))
    elif last_first:
        steps.append(("bind", last_first[0], LAYERS_ROOT))
    return steps


def probe_steps(root: Path, layers: Sequence[Path], strict: bool = False) -> list[Step]:
    """All kinds of steps once, to see whether this system allows them."""
    steps = environment_steps(root, layers[0], layers, [layers[0]], 1)
    steps = [("cwd", "/") if step[0] == "cwd" else step for step in steps]
    return [*own_proc(steps), strict_step(-1, ())] if strict else steps


def _base_steps(root: Path) -> list[Step]:
    return [("user", str(UID), str(GID)), ("root", str(root)), *_machine_steps()]


@cache
def _machine_steps() -> list[Step]:
    """The same for every function."""
    steps: list[Step] = []
    for name in _SYSTEM:
        place = Path(name)
        if place.is_symlink():
            steps.append(("link", name, str(place.readlink())))
        elif place.is_dir():
            steps.append(("bind", name, name))
    steps += [("tree", "/proc"), ("bind", "/sys/devices/system/cpu", "/sys/devices/system/cpu")]
    steps.append(("folder", LAYERS_ROOT))
    steps += [("device", f"/dev/{name}") for name in _DEVICES]
    steps += [("link", f"/dev/{name}", target) for name, target in _LINKS.items()]
    steps += [("bind", f"/etc/{name}", f"/etc/{name}") for name in _SETTINGS]
    return [*steps, ("file", "/etc/passwd", _PASSWD), ("file", "/etc/group", _GROUP)]
