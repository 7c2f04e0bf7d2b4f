"""Linux: puts the process that calls it into a file system like that of Lambda.

Called by ``bootstrap.py`` in its own process, or run as a program in front of another runtime:
``python enter_namespaces.py PLAN -- program arguments``. Needs no privileges: a user namespace of
its own lets the process mount what only it sees.
https://man7.org/linux/man-pages/man7/user_namespaces.7.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys

assert sys.platform != "win32"
TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

FIELD, STEP = "\x1f", "\x1e"
"""Between the words of a step, and between steps: characters that no sensible path has."""

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 1 << 26, 1 << 27, 1 << 29, 1 << 30
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_NOATIME, MS_NODIRATIME, MS_BIND = 32, 1024, 2048, 4096
MS_REC, MS_PRIVATE, MS_SLAVE, MS_RELATIME = 16384, 1 << 18, 1 << 19, 1 << 21
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
SIGKILL = 9
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF, LANDLOCK_SCOPES = 444, 446, 3
RLIMIT_NPROC, MAX_PROCESSES = 6, 1024
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
CAPABILITY_VERSION_3 = 0x20080522
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217}
_ST_RELATIME = 4096
_NO_PROGRAMS = MS_NOSUID | MS_NODEV | MS_NOEXEC
_KEPT_FLAGS = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME

_unsigned_long = ctypes.c_ulong
_library: list[ctypes.CDLL] = []


def enter(plan: str) -> None:
    """Do what the plan's steps say. Raises OSError where the system forbids it.

    After an error the process may be half inside: it should end. With a ``keep`` step it stays
    privileged, with the machine's files at that place, for ``prepared_namespaces``.
    """
    steps = [step.split(FIELD) for step in plan.split(STEP)]
    settings = {step[0]: step[1:] for step in steps}
    strict = own_processes() if "strict" in settings else None
    kept_at = settings.get("keep", [""])[0]
    uid, gid = settings["user"]
    _new_namespaces(uid, gid, STRICT if strict else 0, MS_SLAVE if kept_at else MS_PRIVATE)
    if strict:
        control_fd, *ports = settings["strict"]
        strict.open_doors(int(control_fd), [int(port) for port in ports])
        become_first_process(strict)
    root = settings["root"][0]
    call("mount", b"lambda", os.fsencode(root), b"tmpfs", MS_NOSUID | MS_NODEV, b"mode=755")
    for kind, *words in steps:
        if kind in STEPS:
            STEPS[kind](root, *words)
    os.chdir(root)
    call("syscall", _pivot_root_number(), b".", os.fsencode(f".{kept_at}"))
    if not kept_at:
        call("umount2", b".", MNT_DETACH)
    os.chdir(settings["cwd"][0])
    call("mount", None, b"/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, None)
    if not kept_at:
        drop_privileges()
    if strict:
        strict.start_second_process()


def join(fds: Sequence[int], cwd: str) -> None:
    """Enter the namespaces that an earlier process of this environment made.

    Args:
        fds: of its user and mount namespace; with strict isolation of its network, too. Process
            ids are new each time: they end with their first process.
    """
    strict = own_processes() if len(fds) > 2 else None
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    for fd, kind in zip(fds, (CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET)):  # noqa: B905 # 3.9
        call("setns", fd, kind)
        os.close(fd)
    if strict:
        call("unshare", STRICT & ~CLONE_NEWNET)
        become_first_process(strict)
        _proc("", "/proc")
    own_user(proc, str(os.getuid()), str(os.getgid()))
    os.chdir(cwd)
    drop_privileges()
    if strict:
        strict.start_second_process()


STRICT = CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET


def own_processes() -> Any:
    """Lies beside this file, which ``python -I`` does not look for imports."""
    folder = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    sys.path.insert(0, folder)
    try:
        return __import__("own_processes")  # not needed without strict isolation
    finally:
        sys.path.remove(folder)


def drop_privileges() -> None:
    """The function may change nothing of what was mounted, nor gain anything by ``exec``."""
    call("setrlimit", RLIMIT_NPROC, (_unsigned_long * 2)(MAX_PROCESSES, MAX_PROCESSES))
    call("prctl", PR_SET_NO_NEW_PRIVS, _unsigned_long(1), *[_unsigned_long(0)] * 3)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())
    _signalown_processes_only()


def _signalown_processes_only() -> None:
    """Linux 6.12 and newer: no signal and no abstract socket leads to the learner's processes.

    https://docs.kernel.org/userspace-api/landlock.html (IPC scoping)
    """
    attributes = (ctypes.c_uint64 * 3)(0, 0, LANDLOCK_SCOPES)
    size, none = ctypes.c_size_t(ctypes.sizeof(attributes)), _unsigned_long(0)
    ruleset: int = _library[0].syscall(LANDLOCK_CREATE_RULESET, attributes, size, none)
    if ruleset >= 0:  # older ones know no scopes
        _library[0].syscall(LANDLOCK_RESTRICT_SELF, ruleset, none)
        os.close(ruleset)


def become_first_process(strict: Any) -> None:
    """The cloud's end is that of the process outside, which is that of the first one inside."""
    _end_with_parent()
    strict.become_first_process()
    _end_with_parent()


def _end_with_parent() -> None:
    call("prctl", PR_SET_PDEATHSIG, _unsigned_long(SIGKILL), *[_unsigned_long(0)] * 3)


def _new_namespaces(uid: str, gid: str, more: int, propagation: int) -> None:
    outer_uid, outer_gid = os.getuid(), os.getgid()
    call("unshare", CLONE_NEWUSER | CLONE_NEWNS | more)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {outer_uid} 1")
    _write("/proc/self/gid_map", f"{gid} {outer_gid} 1")
    call("mount", None, b"/", None, MS_REC | propagation, None)


def own_user(proc: int, uid: str, gid: str) -> None:
    """A user namespace below the present one, whose owner may be a parent of many functions.

    Args:
        proc: a descriptor of a ``/proc`` that can be written to; closed here.
    """
    call("unshare", CLONE_NEWUSER)
    for name, number in (("uid_map", uid), ("gid_map", gid)):
        fd = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
        os.write(fd, f"{number} {number} 1".encode())
        os.close(fd)
    os.close(proc)


def _pivot_root_number() -> object:
    """The C library has no function for it."""
    machine = os.uname().machine
    if machine not in _PIVOT_ROOT:
        raise OSError(errno.ENOSYS, f"pivot_root is not known for {machine}")
    return ctypes.c_long(_PIVOT_ROOT[machine])


def _bind(root: str, source: str, target: str) -> None:
    """Read-only. What does not exist is left out."""
    if not os.path.lexists(source):
        return
    place = _place_for(source, root + target)
    _mount_over(source, place, MS_BIND)
    _remount_read_only(place)


def _device(root: str, name: str) -> None:
    if os.path.exists(name):  # noqa: PTH110 # pathlib would cost a cold start 5 ms
        _mount_over(name, _place_for(name, root + name), MS_BIND)


def _tree(root: str, source: str) -> None:
    """With all that is mounted below it, which the system does not let anyone uncover."""
    place = _place_for(source, root + source)
    _mount_over(source, place, MS_BIND | MS_REC)
    _remount_read_only(place)


def _proc(root: str, target: str) -> None:
    """Shows the processes of the namespace that the caller is in, and no others."""
    os.makedirs(root + target, exist_ok=True)  # noqa: PTH103
    call("mount", b"proc", os.fsencode(root + target), b"proc", _NO_PROGRAMS, None)


def _merge(root: str, target: str, *folders: str) -> None:
    """Layers: the first folder's files win."""
    os.makedirs(root + target, exist_ok=True)  # noqa: PTH103
    lower = ":".join(folder.replace("\\", "\\\\").replace(":", "\\:") for folder in folders)
    options = os.fsencode(f"lowerdir={lower}".replace(",", "\\,"))
    flags = MS_RDONLY | MS_NOSUID | MS_NODEV
    try:
        call("mount", b"overlay", os.fsencode(root + target), b"overlay", flags, options)
    except OSError:  # some file systems cannot be merged
        import shutil  # 10 ms that a system with overlays need not pay

        call("mount", b"tmp", os.fsencode(root + target), b"tmpfs", MS_NOSUID | MS_NODEV, None)
        for folder in reversed(folders):
            shutil.copytree(folder, root + target, symlinks=True, dirs_exist_ok=True)
        _remount_read_only(root + target)


def _storage(root: str, target: str, size_mb: str) -> None:
    os.makedirs(root + target, exist_ok=True)  # noqa: PTH103
    options = f"mode=700,size={size_mb}m".encode()
    flags = MS_NOSUID | MS_NODEV
    call("mount", b"tmp", os.fsencode(root + target), b"tmpfs", flags, options)


def _folder(root: str, name: str) -> None:
    os.makedirs(root + name, exist_ok=True)  # noqa: PTH103


def _link(root: str, name: str, target: str) -> None:
    os.symlink(target, root + name)  # noqa: PTH211


def _file(root: str, name: str, content: str) -> None:
    os.makedirs(os.path.dirname(root + name), exist_ok=True)  # noqa: PTH103, PTH120
    _write(root + name, content, os.O_CREAT)


STEPS: dict[str, Callable[..., None]] = {
    "bind": _bind,
    "device": _device,
    "tree": _tree,
    "proc": _proc,
    "merge": _merge,
    "storage": _storage,
    "folder": _folder,
    "link": _link,
    "file": _file,
}


def _place_for(source: str, place: str) -> str:
    if os.path.isdir(source):  # noqa: PTH112
        os.makedirs(place, exist_ok=True)  # noqa: PTH103
    elif not os.path.exists(place):  # noqa: PTH110
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
        _write(place, "", os.O_CREAT)
    return place


def _mount_over(source: str, place: str, flags: int) -> None:
    call("mount", os.fsencode(source), os.fsencode(place), None, flags, None)


def _remount_read_only(place: str) -> None:
    """Flags of the source are kept: the system refuses to take them away."""
    found = os.statvfs(place).f_flag
    flags = found & _KEPT_FLAGS | (MS_RELATIME if found & _ST_RELATIME else 0)
    flags |= MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID
    call("mount", None, os.fsencode(place), None, flags, None)


def _write(path: str, content: str, flags: int = 0) -> None:
    fd = os.open(path, os.O_WRONLY | flags, 0o644)
    try:
        os.write(fd, content.encode())
    finally:
        os.close(fd)


def call(name: str, *arguments: object) -> None:
    if name == "mount":
        *first, flags, options = arguments
        arguments = (*first, _unsigned_long(flags), options)  # type: ignore[arg-type]
    if not _library:
        _library.append(ctypes.CDLL(None, use_errno=True))
    function = getattr(_library[0], name)
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def run(arguments: Sequence[str]) -> None:
    """``PLAN -- program arguments``."""
    plan, _, program, *rest = arguments
    import _socket  # not needed where the Python runtime calls ``start``; out of sight inside

    start(plan)
    host, _, port = os.environ.get("AWS_LAMBDA_RUNTIME_API", "").rpartition(":")
    if host:  # a connection tells the platform that this process is inside
        connection = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        connection.connect((host, int(port)))
        connection.close()
    os.execv(program, [program, *rest])


def start(plan: str) -> None:
    """``enter``, or ``join`` where the plan is ``join<FIELD>fd<FIELD>fd …<FIELD>cwd``.

    Within namespaces that are kept, ``prepared_namespaces.start`` takes the plan.
    """
    kind, *words = plan.split(FIELD)
    if kind == "join":
        join([int(word) for word in words[:-1]], words[-1])
    else:
        enter(plan)


if __name__ == "__main__":
    run(sys.argv[1:])
