"""Where the platform allows, a function has a file system, a user and a ``/tmp`` of its own.

Linux with user namespaces: code at ``/var/task``, layers at ``/opt``, the runtime at
``/var/runtime``, all read-only; ``/tmp`` of the configured size; user ``sbx_user1051``. Elsewhere,
and where a system forbids namespaces, functions run in the folders that stand for these.

``LAMBDA_DOJO_ISOLATION=strict``, for code of others: a network and process ids of its own, too.
It then reaches the cloud and its Runtime API, no other host and no other program.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from lab_helpers.emulator.runtime.interpreters import host_interpreter
from lab_helpers.emulator.runtime.sandbox_plan import plan_text, probe_steps

if sys.platform != "win32":
    import fcntl

ENTER_NAMESPACES = Path(__file__).parent / "python_runtime" / "enter_namespaces.py"
SWITCH = "LAMBDA_DOJO_ISOLATION"
STRICT = "strict"
NS_GET_USERNS = 0xB701
"""https://man7.org/linux/man-pages/man2/ioctl_ns.2.html"""
PROBE_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Isolation:
    """How far functions are kept apart from the machine.

    Attributes:
        kind: ``strict``, ``namespaces`` or ``none``.
        reason: why not more, in one sentence; empty where everything is there.
        falls_short: strict isolation was asked for and cannot be had: nothing may run.
    """

    kind: str
    reason: str = ""
    falls_short: bool = False

    @property
    def is_on(self) -> bool:
        return self.kind in ("namespaces", STRICT)

    @property
    def is_strict(self) -> bool:
        return self.kind == STRICT


def find_isolation(scratch_dir: Path) -> Isolation:
    """Try it once. ``scratch_dir`` exists; it stays empty. Takes some 30 ms."""
    wanted = os.environ.get(SWITCH, "").lower()
    if wanted == "off":
        return Isolation("none", f"{SWITCH}=off")
    strict = wanted == STRICT
    if sys.platform != "linux":
        return Isolation("none", "namespaces are a feature of Linux", falls_short=strict)
    reason = _attempt(scratch_dir, strict)
    if reason:
        return Isolation("none", reason, falls_short=strict)
    return Isolation(STRICT if strict else "namespaces")


def _attempt(scratch_dir: Path, strict: bool) -> str:
    """Why it does not work; empty where it does."""
    root, lower = scratch_dir / "root", [scratch_dir / name for name in ("one", "two")]
    for folder in (root, *lower):
        folder.mkdir()
    command = [str(host_interpreter().executable), "-I", "-S", str(ENTER_NAMESPACES)]
    plan = plan_text(probe_steps(root, lower, strict))
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
        return f"the attempt failed: {error}"
    if done.returncode == 0:
        return ""
    last_line = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return f"this system does not allow it ({last_line})"


@dataclass
class KeptNamespaces:
    """An environment's namespaces, and with them its ``/tmp``, outlive its processes."""

    _fds: list[int] = field(default_factory=list)

    @property
    def fds(self) -> tuple[int, ...]:
        """User and mount namespace, where it has one also the network's; or nothing yet."""
        return tuple(self._fds)

    def keep(self, pid: int) -> None:
        """Take hold of the namespaces of ``pid`` where it has some of its own."""
        if self._fds or sys.platform != "linux":
            return
        try:
            if not _is_own(pid, "mnt"):
                return
            files = _open_namespace(pid, "mnt")
            # Its owner: a forked process is in a user namespace below that one.
            self._fds += [fcntl.ioctl(files, NS_GET_USERNS), files]
            if _is_own(pid, "net"):
                self._fds.append(_open_namespace(pid, "net"))
        except OSError:  # the process ended meanwhile
            self.release()

    def release(self) -> None:
        for fd in self._fds:
            os.close(fd)
        self._fds.clear()


def _open_namespace(pid: int, name: str) -> int:
    return os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY | os.O_CLOEXEC)


def _is_own(pid: int, name: str) -> bool:
    """Whether a process has a namespace of that kind that is not ours."""
    own, other = Path("/proc/self/ns", name), Path(f"/proc/{pid}/ns", name)
    return own.stat().st_ino != other.stat().st_ino
