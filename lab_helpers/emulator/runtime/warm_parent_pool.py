"""The warm parents of one host: one per interpreter, and one more with boto3 once it is wanted."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from lab_helpers.emulator.runtime.child_environment import START_VARIABLES
from lab_helpers.emulator.runtime.isolation import Isolation
from lab_helpers.emulator.runtime.launcher import Command
from lab_helpers.emulator.runtime.python_launcher import (
    PYTHON_RUNTIME_DIR,
    python_program,
    runtime_package_dirs,
    runtime_parts,
)
from lab_helpers.emulator.runtime.reaper import Reaper
from lab_helpers.emulator.runtime.sandbox_plan import (
    RUNTIME_ROOT,
    kept_steps,
    plan_text,
    prepared_steps,
    strict_step,
)
from lab_helpers.emulator.runtime.warm_parent_client import CannotFork, ForkedProcess, WarmParent

BOTO3 = "boto3"
BOTO3_AFTER_S = 0.5
"""It takes a second of CPU time, which the function that made it wanted needs first."""
_log = logging.getLogger(__name__)
Kind = tuple[Path, str]
"""An interpreter, and what is imported ahead besides the runtime."""


class WarmParents:
    """Started when they are first wanted, in the background: nobody waits for one."""

    def __init__(self, reaper: Reaper, root_dir: Path, isolation: Isolation) -> None:
        self._reaper = reaper
        self._root_dir = root_dir
        self._isolation = isolation
        self._parents: dict[Kind, WarmParent] = {}
        self.unable: dict[Kind, str] = {}
        self._starting: dict[Kind, asyncio.Task[None]] = {}
        self._numbers = itertools.count(1)
        self._closed = False

    @property
    def pids(self) -> list[int]:
        """Of those that run."""
        return [each.pid for each in self._parents.values() if each.pid is not None]

    async def fork(self, command: Command, output_fd: int) -> ForkedProcess | None:
        """None where the command is to be started in the ordinary way."""
        start = command.forkable
        if start is None:
            return None
        for package in (BOTO3, "") if start.wants_boto3 else ("",):
            parent = self._ready((start.interpreter, package))
            if parent is None or parent.preloaded is None:
                continue
            room = parent.preloaded.environment_bytes
            if start.names & parent.preloaded.names or not _has_room(command.environ, room):
                continue
            setup = {"options": start.options, "environ": command.environ, "cwd": start.cwd}
            try:
                return await parent.fork(setup, (output_fd, *command.kept_fds))
            except CannotFork as error:
                _log.debug("a process is started instead of forked: %s", error)
        return None

    def expect(self, interpreter: Path, package: str = "") -> None:
        """Functions of this kind are coming."""
        self._begin((interpreter, package), 0.0)

    async def ready(self, interpreter: Path, package: str = "") -> None:
        """Until that parent is ready or cannot be had."""
        self.expect(interpreter, package)
        starting = self._starting.get((interpreter, package))
        if starting is not None:
            await asyncio.wait([starting])

    async def close(self) -> None:
        """What they have forked goes on."""
        self._closed = True
        starting = list(self._starting.values())
        for task in starting:
            task.cancel()
        await asyncio.gather(*starting, return_exceptions=True)
        for parent in self._parents.values():
            parent.close()
        self._parents.clear()

    def _ready(self, kind: Kind) -> WarmParent | None:
        """Starts one for the next time where there is none."""
        self._begin(kind, BOTO3_AFTER_S if kind[1] else 0.0)
        parent = self._parents.get(kind)
        return parent if parent is not None and parent.preloaded is not None else None

    def _begin(self, kind: Kind, after_s: float) -> None:
        parent = self._parents.get(kind)
        there = parent is not None and parent.preloaded is not None
        if not (there or self._closed or kind in self._starting or kind in self.unable):
            self._starting[kind] = asyncio.create_task(self._start(kind, after_s))

    async def _start(self, kind: Kind, after_s: float) -> None:
        try:
            await asyncio.sleep(after_s)
            self._parents[kind] = await self._started(kind)
        except (CannotFork, OSError, ValueError) as error:
            self.unable[kind] = str(error)
            _log.debug("functions are not forked: %s", error)
        finally:
            del self._starting[kind]

    async def _started(self, kind: Kind) -> WarmParent:
        parent = self._new_parent(kind)
        try:
            await parent.start()
        except BaseException:
            parent.close()
            raise
        return parent

    def _new_parent(self, kind: Kind) -> WarmParent:
        """Raises ValueError where a path holds a control character."""
        interpreter, package = kind
        folder = self._root_dir / f"parent-{next(self._numbers)}"
        argv = python_program(interpreter)
        root, code = folder / "root", folder / "code"
        for each in (root, code):
            each.mkdir(parents=True)
        environ = START_VARIABLES | {"PYTHONPATH": str(PYTHON_RUNTIME_DIR)}
        if self._isolation.is_on:
            argv.append(f"--enter={plan_text(kept_steps(root, runtime_parts()))}")
            strict = strict_step(-1, ()) if self._isolation.is_strict else None
            argv.append(f"--probe={plan_text(prepared_steps(code, [], 1, strict))}")
            environ["PYTHONPATH"] = RUNTIME_ROOT
        else:
            environ["HOME"] = str(code)  # empty: nothing of the learner's is read
            argv += [f"--packages={each}" for each in runtime_package_dirs()]
        if package:
            argv.append(f"--preload={package}")
        return WarmParent(argv, environ, self._reaper)


def _has_room(environ: Mapping[str, str], room: int) -> bool:
    """Also False for what no process can have; starting it tells why."""
    entries = [f"{name}={value}" for name, value in environ.items()]
    if any("\0" in entry for entry in entries):
        return False
    return sum(len(os.fsencode(entry)) + 1 for entry in entries) <= room
