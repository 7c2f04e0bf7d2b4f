"""Run as a process of its own: ends the functions' processes if the cloud dies without a word.

Reads lines from stdin: ``+<tab>pid<tab>runtime-api-address`` or ``-<tab>pid``. At the end of
stdin, which comes however the cloud ends, it kills what is still listed, removes the folder named
by its argument and exits. Imports little: it starts with every cloud.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys

MAX_ROUNDS = 20
KILL: int = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows ends a process either way


def kill_group(pid: int) -> None:
    """End the process group that ``pid`` leads; quiet where it is gone."""
    try:
        if sys.platform != "win32":
            os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def marked_processes(runtime_api_address: str) -> list[int]:
    """Processes whose environment names this Runtime API: descendants that left their group.

    Linux only; elsewhere an empty list.
    """
    marker = b"\0AWS_LAMBDA_RUNTIME_API=" + runtime_api_address.encode() + b"\0"
    found = []
    for name in _process_folders():
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open(f"/proc/{name}/environ", "rb") as file:  # noqa: PTH123 # no pathlib here
                    environ = b"\0" + file.read() + b"\0"
            except OSError:
                continue
            if marker in environ:
                found.append(int(name))
    return found


def _process_folders() -> list[str]:
    return os.listdir("/proc") if sys.platform == "linux" else []  # noqa: PTH208 # no pathlib here


def kill_marked(runtime_api_address: str) -> None:
    """Until none is found, since a process may fork while a round looks."""
    for _ in range(MAX_ROUNDS):
        found = marked_processes(runtime_api_address)
        if not found:
            return
        for pid in found:
            try:
                os.kill(pid, KILL)
            except (ProcessLookupError, PermissionError):
                continue


def guard(root_dir: str) -> None:
    listed: dict[int, str] = {}
    for line in sys.stdin:
        if not line.endswith("\n"):
            break  # the cloud died while it wrote
        sign, pid, *address = line.rstrip("\n").split("\t")
        if sign == "+":
            listed[int(pid)] = address[0]
        else:
            listed.pop(int(pid), None)
    for pid, address_of_one in listed.items():
        kill_group(pid)
        kill_marked(address_of_one)
    if root_dir:
        shutil.rmtree(root_dir, ignore_errors=True)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    guard(sys.argv[1])
