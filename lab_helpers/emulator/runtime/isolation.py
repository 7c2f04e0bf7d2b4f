"""Where the platform allows, a function has a file system, a user and a ``/tmp`` of its own.

Linux with user namespaces: code at ``/var/task``, layers at ``/opt``, the runtime at
``/var/runtime``, all read-only; ``/tmp`` of the configured size; user ``sbx_user1051``. Elsewhere,
and where a system forbids namespaces, functions run in the folders that stand for these.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from lab_helpers.emulator.runtime.interpreters import host_interpreter
from lab_helpers.emulator.runtime.sandbox_plan import plan_text, probe_steps

ENTER_NAMESPACES = Path(__file__).parent / "python_runtime" / "enter_namespaces.py"
SWITCH = "LAMBDA_DOJO_ISOLATION"
PROBE_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Isolation:
    """How far functions are kept apart from the machine.

    Attributes:
        kind: ``namespaces`` or ``none``.
        reason: why not more, in one sentence; empty where everything is there.
    """

    kind: str
    reason: str = ""

    @property
    def is_on(self) -> bool:
        return self.kind == "namespaces"


def find_isolation(scratch_dir: Path) -> Isolation:
    """Try it once. ``scratch_dir`` exists; it stays empty. Takes some 30 ms."""
    if os.environ.get(SWITCH, "").lower() == "off":
        return Isolation("none", f"{SWITCH}=off")
    if sys.platform != "linux":
        return Isolation("none", "namespaces are a feature of Linux")
    root, lower = scratch_dir / "root", [scratch_dir / name for name in ("one", "two")]
    for folder in (root, *lower):
        folder.mkdir()
    command = [str(host_interpreter().executable), "-I", "-S", str(ENTER_NAMESPACES)]
    plan = plan_text(probe_steps(root, lower))
    try:
        done = subprocess.run(
            [*command, plan, "--", "/bin/true"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
            env={},
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Isolation("none", f"the attempt failed: {error}")
    if done.returncode == 0:
        return Isolation("namespaces")
    last_line = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return Isolation("none", f"this system does not allow it ({last_line})")


@dataclass
class KeptNamespaces:
    """An environment's namespaces, and with them its ``/tmp``, outlive its processes."""

    _fds: list[int] = field(default_factory=list)

    @property
    def fds(self) -> tuple[int, ...]:
        """User and mount namespace, or nothing yet."""
        return tuple(self._fds)

    def keep(self, pid: int) -> None:
        """Take hold of the namespaces of ``pid`` where it has some of its own."""
        if self._fds or sys.platform != "linux":
            return
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{pid}/ns/mnt").st_ino == os.stat("/proc/self/ns/mnt").st_ino:  # noqa: PTH116
                return
            for name in ("user", "mnt"):
                self._fds.append(os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY | os.O_CLOEXEC))
        if len(self._fds) == 1:
            self.release()

    def release(self) -> None:
        for fd in self._fds:
            os.close(fd)
        self._fds.clear()
