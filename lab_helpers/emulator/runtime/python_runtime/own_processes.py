"""Linux, strict isolation: a network and process ids of the function's own.

``enter_namespaces`` calls these in order, in the process that is to become the function. Two more
processes come to be: the first one inside, which the system needs there and which takes the
others with it when it ends, and the one outside, which ends as the function ended.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # of CPython; `signal` costs 3 ms
import _socket
import os
import sys

assert sys.platform == "linux"
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40
IFREQ_BYTES = 40
BACKLOG = 512
_status_fd: list[int] = []


def open_doors(control_fd: int, ports: list[int]) -> None:
    """Listen on the new network's loopback and hand the sockets to the cloud, which accepts.

    A socket belongs to the network that it was made in: nothing else leads out of here.
    """
    probe = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    flags = (IFF_UP | IFF_RUNNING).to_bytes(2, sys.byteorder)
    import fcntl  # not out of sight yet, and only needed here

    loopback = (b"lo".ljust(16, b"\0") + flags).ljust(IFREQ_BYTES, b"\0")
    fcntl.ioctl(probe.fileno(), SIOCSIFFLAGS, loopback)
    probe.close()
    if control_fd < 0:
        return
    listeners = []
    for port in ports:
        listener = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM, _socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", port))
        listener.listen(BACKLOG)
        listeners.append(listener)
    fds = b"".join(each.fileno().to_bytes(4, sys.byteorder) for each in listeners)
    control = _socket.socket(fileno=control_fd)
    control.sendmsg([b"+"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, fds)])
    for each in (control, *listeners):
        each.close()


def become_first_process() -> None:
    """Returns in the new first process; the calling one waits and then ends as the function."""
    status, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(status)
        _status_fd.append(told)
        return
    os.close(told)
    _signal.signal(_signal.SIGTERM, _signal.SIG_IGN)  # the function decides what it means
    text = os.read(status, 16)
    os.waitpid(pid, 0)
    _end_as(int(text) if text else int(_signal.SIGKILL))


def start_second_process() -> None:
    """Returns in the process that becomes the function: signals mean nothing to the first one."""
    told = _status_fd.pop()
    function = os.fork()
    if function == 0:
        os.close(told)
        return
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == function:
            os.write(told, str(status).encode())
            os._exit(0)


def _end_as(status: int) -> None:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != _signal.SIGKILL:
            _signal.signal(number, _signal.SIG_DFL)
        os.kill(os.getpid(), number)
        os._exit(128 + number)
    os._exit(os.WEXITSTATUS(status))
