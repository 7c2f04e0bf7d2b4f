"""Which process is at the other end of a loopback connection?

The Runtime API has no secret: at AWS nobody else can reach it. Here every program of the machine
could, so an environment's own processes are told from the others.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
from collections.abc import Iterator
from enum import Enum

import psutil

from lab_helpers.emulator.runtime.memory import children_of

_NETLINK_SOCK_DIAG, _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST = 4, 20, 1
_HEADER = struct.Struct("=IHHII")
_SOCKET_ID = struct.Struct("!HH16s16s")
_NO_INTERFACE_NO_COOKIE = struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)
_ALL_STATES = 0xFFFFFFFF
_INODE_AT = _HEADER.size + 68
"""Of ``struct inet_diag_msg``: the last member. https://man7.org/linux/man-pages/man7/sock_diag.7.html"""


class Peer(Enum):
    OWN = "a process of the environment"
    OTHER = "another process"
    GONE = "closed its end before it was looked at"
    UNKNOWN = "the system does not tell"


def peer_of(connection: socket.socket, pid: int) -> Peer:
    """Own is ``pid`` and every process that it started."""
    if sys.platform == "linux":
        inode = _inode_of_peer(connection)
        if inode == 0:
            return Peer.GONE
        if inode is not None:
            return Peer.OWN if _has_socket(pid, inode) else Peer.OTHER
    return _has_connection(pid, connection)


def _inode_of_peer(connection: socket.socket) -> int | None:
    """Of the socket at the other end; 0 where no process has it any more; None: not told."""
    try:
        (host, port), (own_host, own_port) = connection.getpeername(), connection.getsockname()
        with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _NETLINK_SOCK_DIAG) as netlink:
            netlink.settimeout(0.5)
            netlink.send(_question(host, port, own_host, own_port))
            answer = netlink.recv(4096)
    except OSError:
        return None
    kind = _HEADER.unpack_from(answer)[1]
    if kind != _SOCK_DIAG_BY_FAMILY or len(answer) < _INODE_AT + 4:
        return None
    return int.from_bytes(answer[_INODE_AT : _INODE_AT + 4], sys.byteorder)


def _question(host: str, port: int, own_host: str, own_port: int) -> bytes:
    source, destination = (socket.inet_aton(each).ljust(16, b"\0") for each in (host, own_host))
    wanted = struct.pack("=BBBxI", socket.AF_INET, socket.IPPROTO_TCP, 0, _ALL_STATES)
    wanted += _SOCKET_ID.pack(port, own_port, source, destination) + _NO_INTERFACE_NO_COOKIE
    size = _HEADER.size + len(wanted)
    return _HEADER.pack(size, _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 1, 0) + wanted


def _has_socket(pid: int, inode: int) -> bool:
    name = f"socket:[{inode}]"
    return any(_has_open(each, name) for each in _line_of(pid))


def _line_of(pid: int) -> Iterator[int]:
    """``pid``, what it started, and at last what left its line but not its session."""
    seen = {pid}
    waiting = [pid]
    while waiting:
        each = waiting.pop()
        yield each
        new = [child for child in children_of(each) if child not in seen]
        seen.update(new)
        waiting += new
    for name in os.listdir("/proc"):  # noqa: PTH208 # ten times cheaper
        if name.isdecimal() and int(name) not in seen and _session_of(int(name)) == pid:
            yield int(name)


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _has_open(pid: int, name: str) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        numbers = os.listdir(folder)  # noqa: PTH208 # ten times cheaper
    except OSError:
        return False
    for number in numbers:
        with contextlib.suppress(OSError):
            if os.readlink(f"{folder}/{number}") == name:  # noqa: PTH115
                return True
    return False


def _has_connection(pid: int, connection: socket.socket) -> Peer:
    try:
        wanted = connection.getpeername()[1], connection.getsockname()[1]
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            for found in each.net_connections("tcp4"):
                if found.raddr and (found.laddr.port, found.raddr.port) == wanted:
                    return Peer.OWN
    except (psutil.Error, OSError):
        return Peer.UNKNOWN
    return Peer.OTHER
