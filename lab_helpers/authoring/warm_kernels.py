"""Notebook kernels that start in milliseconds: forked from a process that has imported it all.

A kernel spends more than a second on imports before its first cell, and a course runs four
notebooks per lab. The forked one is a kernel like any other: a process, a session and a connection
file of its own, driven by the same client. Only where processes can be forked safely: on Linux,
before any thread was started; elsewhere kernels start as Jupyter starts them.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ipykernel.kernelapp
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

_kernel_app: Any = ipykernel.kernelapp.IPKernelApp
_MODULE_ARGUMENTS = 3  # python -m ipykernel_launcher
_AHEAD = (
    # what a kernel imports when it starts, connects, and shows its first coloured text
    "ipykernel.debugger",
    "encodings.idna",
    "IPython.lib.display",
    "ipython_pygments_lexers",
    "pygments.lexers.html",
    # what the first cells of every lab import
    "lab_helpers.notebook.open_lab",
    "lab_helpers.notebook.step_cells",
)


def import_ahead() -> None:
    """Import what every kernel will import, once for all nurseries that are made after this."""
    # The debugger's import warns of modules that no breakpoint reaches.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    for name in _AHEAD:
        importlib.import_module(name)


class Nursery:
    """The process that kernels are forked from. Make it before any thread is started."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            ours.close()
            try:
                _serve(theirs)
            finally:
                os._exit(0)
        theirs.close()
        self._socket = ours
        self._stream = ours.makefile("rw", encoding="utf-8")

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], folder: str) -> int:
        """Process id of a new kernel with these arguments of ``ipykernel_launcher``."""
        wanted = {"start": list(arguments), "environment": dict(environment), "folder": folder}
        return int(self._ask(wanted)["pid"])

    def poll(self, pid: int) -> int | None:
        """The kernel's exit status as ``Popen.poll`` tells it, None while it runs."""
        status: int | None = self._ask({"poll": pid})["status"]
        return status

    def close(self) -> None:
        """End it, and the kernels that are left."""
        self._stream.close()
        self._socket.close()
        os.waitpid(self._pid, 0)

    def _ask(self, request: Mapping[str, Any]) -> Any:
        self._stream.write(json.dumps(request) + "\n")
        self._stream.flush()
        return json.loads(self._stream.readline())


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery that ends with the block."""
    made = Nursery()
    try:
        yield made
    finally:
        made.close()


def _serve(requests: socket.socket) -> None:
    """Fork a kernel for each request until nobody asks any more."""
    ended: dict[int, int] = {}
    running: set[int] = set()
    with requests.makefile("rw", encoding="utf-8") as stream:
        for line in stream:
            request = json.loads(line)
            if "start" in request:
                pid = os.fork()
                if pid == 0:
                    requests.close()
                    _become_kernel(request)
                running.add(pid)
                answer: dict[str, Any] = {"pid": pid}
            else:
                answer = {"status": _status(request["poll"], running, ended)}
            stream.write(json.dumps(answer) + "\n")
            stream.flush()
    for pid in running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)  # one forked a moment ago leads no group yet
        os.waitpid(pid, 0)


def _status(pid: int, running: set[int], ended: dict[int, int]) -> int | None:
    if pid in running:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            running.discard(pid)
            ended[pid] = os.waitstatus_to_exitcode(status)
    return ended.get(pid)


def _become_kernel(request: Mapping[str, Any]) -> None:
    """Never returns."""
    status = 1
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        random.seed()  # two forks would draw the same numbers
        # A kernel ends with its parent; from the environment it would have read this when imported.
        arguments = [*request["start"], f"--IPKernelApp.parent_handle={os.getppid()}"]
        sys.argv = ["ipykernel_launcher", *arguments]
        _kernel_app.launch_instance(argv=arguments)
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 0
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


class _Forked:
    """As much of ``Popen`` as Jupyter's provisioner asks for."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, parent: Nursery) -> None:
        self.pid = pid
        self._parent = parent

    def poll(self) -> int | None:
        return self._parent.poll(self.pid)

    def wait(self) -> int | None:
        """Jupyter asks only after ``poll`` has told of the end."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class _WarmProvisioner(LocalProvisioner):
    nursery: Nursery

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        arguments = cmd[_MODULE_ARGUMENTS:]
        pid = self.nursery.start(arguments, options["env"], str(options["cwd"]))
        forked: Any = _Forked(pid, self.nursery)  # Popen, as far as it is asked
        self.process = forked
        self.pid = self.pgid = pid  # it leads a session of its own
        self.cwd = options["cwd"]
        return self.connection_info


class WarmKernelManager(AsyncKernelManager):
    """Starts its kernel from a nursery."""

    def __init__(self, parent: Nursery) -> None:
        super().__init__(kernel_name="python3")
        self._nursery = parent

    async def _async_pre_start_kernel(self, **options: Any) -> Any:
        if self.provisioner is None:
            self.kernel_id = self.kernel_id or f"warm-{id(self)}"
            made: Any = _WarmProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
            made.nursery = self._nursery
            self.provisioner = made
        return await super()._async_pre_start_kernel(**options)
