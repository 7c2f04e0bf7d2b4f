"""Linux: a process that has imported what functions need, and forks one for each environment.

Started as ``bootstrap.py --parent=FD``. Over the socket ``FD`` come requests ``fork NUMBER`` with
descriptors: of the output, of a pipe with the set-up, and those that the environment keeps. What
goes back: ``hello JSON`` once, then ``forked NUMBER PID`` with a pidfd, ``failed NUMBER``,
``exited NUMBER CODE``. The set-up, which holds credentials, is read by the forked process only:
nothing of one function can be found in the memory of another.
"""

from __future__ import annotations

import _socket
import array
import contextlib
import ctypes
import fcntl
import gc
import json
import os
import select
import sys
import time

import own_processes  # type: ignore[import-not-found] # noqa: F401 # beside this file
import preloading  # type: ignore[import-not-found]
import prepared_namespaces  # type: ignore[import-not-found]

assert sys.platform == "linux"
TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

SIGKILL = 9
MAX_FDS = 8
FIRST_KEPT_FD = 3
_HIGH_FD = 64
_INT_BYTES = array.array("i").itemsize
_ENV_START_AT, _ENV_END_AT = 47, 48
"""Fields after the name in ``/proc/self/stat``, https://man7.org/linux/man-pages/man5/proc.5.html"""


class Forked:
    """The new process's side: set up, and not yet known to the cloud."""

    def __init__(self, setup_fd: int) -> None:
        self._setup_fd = setup_fd

    def wait_until_known(self) -> None:
        """Until the cloud knows this process, it would refuse it; where it is gone, end here."""
        if not os.read(self._setup_fd, 1):
            os._exit(0)
        os.close(self._setup_fd)


def serve(
    control_fd: int,
    package_dirs: list[str],
    packages: Sequence[str],
    probes: Sequence[str],
) -> Forked:
    """Returns in each forked process. The parent itself ends with the cloud.

    Args:
        packages: to import ahead; see ``preloading``.
        probes: plans that a forked process must be able to enter.
    """
    control = _socket.socket(fileno=control_fd)
    hello = preloading.preload(package_dirs, packages)
    for plan in probes:
        _try(plan)
    environment = _initial_environment()
    hello["environment_bytes"] = environment[1]
    gc.collect()
    gc.freeze()  # what all share is not touched by a collection
    control.send(b"hello " + json.dumps(hello).encode())
    fds = _fork_on_request(control)
    return _set_up(fds, environment)


def _fork_on_request(control: Any) -> list[int]:
    """Returns in each forked process, with the descriptors of its request."""
    children: dict[int, tuple[int, bytes]] = {}
    poll = select.poll()
    poll.register(control.fileno(), select.POLLIN)
    while True:
        for fd, _ in poll.poll():
            if fd in children:
                poll.unregister(fd)
                _tell_end(control, *children.pop(fd))
                os.close(fd)
                continue
            number, fds = _request(control)
            pid = _fork(control, number)
            if pid == 0:
                for other in (*children, control.detach()):
                    os.close(other)
                return fds
            if pid > 0:
                pidfd = os.pidfd_open(pid)
                children[pidfd] = pid, number
                poll.register(pidfd, select.POLLIN)
                _send(control, b"forked %s %d" % (number, pid), pidfd)
            for each in fds:
                os.close(each)


def _try(plan: str) -> None:
    """Raises OSError where this system does not allow it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            prepared_namespaces.enter(plan)
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(pid, 0)[1] != 0:
        raise OSError("a forked process cannot enter")


def _request(control: Any) -> tuple[bytes, list[int]]:
    size = _socket.CMSG_SPACE(MAX_FDS * _INT_BYTES)
    message, ancillary, _, _ = control.recvmsg(64, size, _socket.MSG_CMSG_CLOEXEC)
    if not message:
        os._exit(0)  # the cloud is gone; who ends its functions is the guard
    fds = array.array("i")
    for _, _, data in ancillary:
        fds.frombytes(data)
    return message.partition(b" ")[2], list(fds)


def _fork(control: Any, number: bytes) -> int:
    try:
        return os.fork()
    except OSError:
        _send(control, b"failed " + number)
        return -1


def _send(control: Any, message: bytes, *fds: int) -> None:
    rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    try:
        control.sendmsg([message], rights)
    except OSError:
        os._exit(0)


def _tell_end(control: Any, pid: int, number: bytes) -> None:
    """Before the process is reaped its group ends: until then no other group has its number."""
    with contextlib.suppress(OSError):
        os.killpg(pid, SIGKILL)
    status = os.waitpid(pid, 0)[1]
    _send(control, b"exited %s %d" % (number, os.waitstatus_to_exitcode(status)))


def _set_up(fds: list[int], environment: tuple[int, int]) -> Forked:
    """As a program of this environment would have been started."""
    os.setsid()
    output, setup_fd, *kept = fds
    for target in (1, 2):
        os.dup2(output, target)
    setup = json.loads(_read(setup_fd, int.from_bytes(_read(setup_fd, 8), "big")))
    _renumber(output, [*kept, setup_fd])
    _replace_environment(setup["environ"], environment)
    if setup["cwd"]:
        os.chdir(setup["cwd"])
    sys.argv[1:] = setup["options"]
    for name in ("warm_parent_process", "preloading"):
        del sys.modules[name]
    kept_models = sys.modules.get("lambda_dojo_runtime.kept_models")
    if kept_models is not None:
        kept_models.adopt()
    return Forked(FIRST_KEPT_FD + len(kept))


def _renumber(output: int, fds: Sequence[int]) -> None:
    """The descriptors become 3, 4, …; the others of the request are closed."""
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, _HIGH_FD) for fd in fds]
    for fd in (output, *fds):
        os.close(fd)
    for target, fd in enumerate(high, FIRST_KEPT_FD):
        os.dup2(fd, target)
        os.close(fd)


def _read(fd: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = os.read(fd, size - len(data))
        if not piece:
            os._exit(0)  # nobody wants this process any more
        data += piece
    return data


def _initial_environment() -> tuple[int, int]:
    """Address and size of what ``/proc/self/environ`` shows."""
    fd = os.open("/proc/self/stat", os.O_RDONLY)
    fields = os.read(fd, 4096).rpartition(b")")[2].split()
    os.close(fd)
    start, end = int(fields[_ENV_START_AT]), int(fields[_ENV_END_AT])
    return start, end - start


def _replace_environment(environ: dict[str, str], initial: tuple[int, int]) -> None:
    """Also where others look at it: the guard finds a function's processes by a variable."""
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    address, size = initial
    block = b"".join(os.fsencode(f"{name}={value}") + b"\0" for name, value in environ.items())
    ctypes.memmove(address, block[:size].ljust(size, b"\0"), size)
